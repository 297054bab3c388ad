// SPDX-License-Identifier: BSD-2-Clause
/*
 * Bytes are never moved within a file: if anything but its end changes, a copy is written to the
 * same directory and renamed over the file.
 */
#include "repair/file_patch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/secure_open.h"
#include "output/write_all.h"

#define COPY_BYTES (256 * 1024)

void file_patch__init(struct file_patch *patch, int fd, int directory_fd)
{
	*patch = (struct file_patch){.fd = fd, .directory_fd = directory_fd, .copy = {.fd = -1}};
}

static void drop_last(struct file_patch *patch)
{
	free(patch->last.text);
	patch->last = (struct file_patch_edit){};
	patch->has_last = false;
}

void file_patch__free(struct file_patch *patch)
{
	drop_last(patch);
	if (patch->copying)
		new_file__close(&patch->copy);
	patch->copying = false;
}

static int copy_bytes(struct file_patch *patch, __u64 bytes, char *buffer)
{
	while (bytes) {
		ssize_t n = pread(patch->fd, buffer, bytes < COPY_BYTES ? bytes : COPY_BYTES,
				  (off_t)patch->copied);
		int err;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		err = write_all(patch->copy.fd, buffer, (size_t)n);
		if (err)
			return err;
		patch->copied += (__u64)n;
		bytes -= (__u64)n;
	}
	return 0;
}

/* Copies the unchanged bytes of the file up to offset `at`. */
static int copy_up_to(struct file_patch *patch, __u64 at)
{
	char *buffer = malloc(COPY_BYTES);
	int err = buffer ? copy_bytes(patch, at - patch->copied, buffer) : -ENOMEM;

	free(buffer);
	return err;
}

static int open_copy(struct file_patch *patch)
{
	int err = new_file__open(&patch->copy, patch->directory_fd);

	patch->copying = !err;
	return err;
}

static int write_last(struct file_patch *patch)
{
	int err;

	if (!patch->has_last)
		return 0;
	err = copy_up_to(patch, patch->last.at);
	if (!err)
		err = write_all(patch->copy.fd, patch->last.text, patch->last.bytes);
	patch->copied += patch->last.removed;
	drop_last(patch);
	return err;
}

int file_patch__add(struct file_patch *patch, struct file_patch_edit edit)
{
	int err = 0;

	if (patch->has_last && !patch->copying)
		err = open_copy(patch);
	if (!err)
		err = write_last(patch);
	if (err) {
		free(edit.text);
		return err;
	}
	patch->last = edit;
	patch->has_last = true;
	return 0;
}

/*
 * Applies the only edit, which is at the end of the file, to the file itself, with one write(2) if
 * possible. Removes what was written if that fails.
 */
static int apply_at_end(const struct file_patch *patch)
{
	const struct file_patch_edit *edit = &patch->last;
	int err = 0, fd = patch->fd;

	if (edit->removed && ftruncate(fd, (off_t)edit->at) < 0)
		return -errno;
	if (lseek(fd, (off_t)edit->at, SEEK_SET) < 0)
		return -errno;
	err = write_all(fd, edit->text, edit->bytes);
	/* Frees disk space that the killed run had preallocated beyond the end. */
	if (!err && (ftruncate(fd, (off_t)(edit->at + edit->bytes)) < 0 || fsync(fd) < 0))
		err = -errno;
	if (err && ftruncate(fd, (off_t)edit->at) < 0)
		err = -errno;
	return err;
}

static int finish_copy(struct file_patch *patch, const struct stat *status)
{
	int err = write_last(patch);

	return err ? err : copy_up_to(patch, (__u64)status->st_size);
}

static int apply_by_copy(struct file_patch *patch, const char *name, const struct stat *status,
			 int *new_fd)
{
	int err = patch->copying ? 0 : open_copy(patch);

	if (!err)
		err = finish_copy(patch, status);
	if (!err && (fchown(patch->copy.fd, status->st_uid, status->st_gid) < 0 ||
		     fchmod(patch->copy.fd, status->st_mode & 07777) < 0))
		err = -errno;
	if (!err)
		err = secure_open__lock(patch->copy.fd);
	if (!err)
		err = new_file__publish(&patch->copy, name, status);
	if (!err) {
		*new_fd = patch->copy.fd;
		patch->copy.fd = -1;
	}
	return err;
}

int file_patch__apply(struct file_patch *patch, const char *name, int *new_fd)
{
	const struct file_patch_edit *last = &patch->last;
	struct stat status;

	*new_fd = -1;
	if (!patch->has_last)
		return 0;
	if (fstat(patch->fd, &status) < 0)
		return -errno;
	if (!patch->copying && last->at + last->removed == (__u64)status.st_size)
		return apply_at_end(patch);
	return apply_by_copy(patch, name, &status, new_fd);
}

int file_patch__write(struct file_patch *patch, const char *name)
{
	struct stat status;
	int err = fstat(patch->fd, &status) < 0 ? -errno : 0;

	if (!err && !patch->copying)
		err = open_copy(patch);
	if (!err)
		err = finish_copy(patch, &status);
	if (!err && fchmod(patch->copy.fd, status.st_mode & 0777) < 0)
		err = -errno;
	return err ? err : new_file__publish(&patch->copy, name, NULL);
}
