// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nothing is ever moved inside a file: a file whose middle changes is written
 * anew beside it and takes its name in one step.
 */
#include "repair/file_patch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/secure_open.h"
#include "output/write_all.h"

#define COPY_BYTES (256 * 1024)

void file_patch__init(struct file_patch *edits, int fd, int directory_fd)
{
	*edits = (struct file_patch){.fd = fd, .directory_fd = directory_fd, .copy = {.fd = -1}};
}

static void drop_last(struct file_patch *edits)
{
	free(edits->last.text);
	edits->last = (struct file_patch_edit){};
	edits->has_last = false;
}

void file_patch__free(struct file_patch *edits)
{
	drop_last(edits);
	if (edits->copying)
		new_file__close(&edits->copy);
	edits->copying = false;
}

static int copy_bytes(struct file_patch *edits, __u64 bytes, char *room)
{
	while (bytes) {
		ssize_t n = pread(edits->fd, room, bytes < COPY_BYTES ? bytes : COPY_BYTES,
				  (off_t)edits->copied);
		int err;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		err = write_all(edits->copy.fd, room, (size_t)n);
		if (err)
			return err;
		edits->copied += (__u64)n;
		bytes -= (__u64)n;
	}
	return 0;
}

/* The copy has all of the file before `at` then. */
static int copy_up_to(struct file_patch *edits, __u64 at)
{
	char *room = malloc(COPY_BYTES);
	int err = room ? copy_bytes(edits, at - edits->copied, room) : -ENOMEM;

	free(room);
	return err;
}

static int open_copy(struct file_patch *edits)
{
	int err = new_file__open(&edits->copy, edits->directory_fd);

	edits->copying = !err;
	return err;
}

static int write_last(struct file_patch *edits)
{
	int err;

	if (!edits->has_last)
		return 0;
	err = copy_up_to(edits, edits->last.at);
	if (!err)
		err = write_all(edits->copy.fd, edits->last.text, edits->last.bytes);
	edits->copied += edits->last.removed;
	drop_last(edits);
	return err;
}

int file_patch__add(struct file_patch *edits, struct file_patch_edit edit)
{
	int err = 0;

	if (edits->has_last && !edits->copying)
		err = open_copy(edits);
	if (!err)
		err = write_last(edits);
	if (err) {
		free(edit.text);
		return err;
	}
	edits->last = edit;
	edits->has_last = true;
	return 0;
}

/* In one write where the file system takes it so; what is cut short is taken back. */
static int apply_at_end(const struct file_patch *edits)
{
	const struct file_patch_edit *edit = &edits->last;
	int err = 0, fd = edits->fd;

	if (edit->removed && ftruncate(fd, (off_t)edit->at) < 0)
		return -errno;
	if (lseek(fd, (off_t)edit->at, SEEK_SET) < 0)
		return -errno;
	err = write_all(fd, edit->text, edit->bytes);
	/* A killed run may have left space reserved behind the end: it is let go of. */
	if (!err && (ftruncate(fd, (off_t)(edit->at + edit->bytes)) < 0 || fsync(fd) < 0))
		err = -errno;
	if (err && ftruncate(fd, (off_t)edit->at) < 0)
		err = -errno;
	return err;
}

static int finish_copy(struct file_patch *edits, const struct stat *status)
{
	int err = write_last(edits);

	return err ? err : copy_up_to(edits, (__u64)status->st_size);
}

static int apply_by_copy(struct file_patch *edits, const char *name, const struct stat *status,
			 int *new_fd)
{
	int err = edits->copying ? 0 : open_copy(edits);

	if (!err)
		err = finish_copy(edits, status);
	if (!err && (fchown(edits->copy.fd, status->st_uid, status->st_gid) < 0 ||
		     fchmod(edits->copy.fd, status->st_mode & 07777) < 0))
		err = -errno;
	if (!err)
		err = secure_open__lock(edits->copy.fd);
	if (!err)
		err = new_file__publish(&edits->copy, name, status);
	if (!err) {
		*new_fd = edits->copy.fd;
		edits->copy.fd = -1;
	}
	return err;
}

int file_patch__apply(struct file_patch *edits, const char *name, int *new_fd)
{
	const struct file_patch_edit *last = &edits->last;
	struct stat status;

	*new_fd = -1;
	if (!edits->has_last)
		return 0;
	if (fstat(edits->fd, &status) < 0)
		return -errno;
	if (!edits->copying && last->at + last->removed == (__u64)status.st_size)
		return apply_at_end(edits);
	return apply_by_copy(edits, name, &status, new_fd);
}

int file_patch__write(struct file_patch *edits, const char *name)
{
	struct stat status;
	int err = fstat(edits->fd, &status) < 0 ? -errno : 0;

	if (!err && !edits->copying)
		err = open_copy(edits);
	if (!err)
		err = finish_copy(edits, &status);
	if (!err && fchmod(edits->copy.fd, status.st_mode & 0777) < 0)
		err = -errno;
	return err ? err : new_file__publish(&edits->copy, name, NULL);
}
