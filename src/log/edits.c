// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nothing is ever moved inside a file: a file whose middle changes is written
 * anew beside it and takes its name in one step.
 */
#include "log/edits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/place.h"

#define COPY_BYTES	 (256 * 1024)
#define TEMPORARY_SUFFIX ".repair"

int edits__add(struct edits *edits, struct edit edit)
{
	if (edits->count == edits->capacity) {
		size_t capacity = edits->capacity ? 2 * edits->capacity : 8;
		struct edit *larger = realloc(edits->edits, capacity * sizeof(*larger));

		if (!larger) {
			free(edit.text);
			return -ENOMEM;
		}
		edits->edits = larger;
		edits->capacity = capacity;
	}
	edits->edits[edits->count++] = edit;
	return 0;
}

void edits__free(struct edits *edits)
{
	for (size_t i = 0; i < edits->count; i++)
		free(edits->edits[i].text);
	free(edits->edits);
	*edits = (struct edits){};
}

static int write_all(int fd, const char *text, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		ssize_t n = write(fd, text + done, bytes - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return 0;
}

/* In one write where the file system takes it so; what is cut short is taken back. */
static int apply_at_end(const struct edit *edit, int fd)
{
	int err = 0;

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

static int copy(int from, __u64 at, __u64 bytes, int to, char *room)
{
	while (bytes) {
		ssize_t n = pread(from, room, bytes < COPY_BYTES ? bytes : COPY_BYTES, (off_t)at);
		int err;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		err = write_all(to, room, (size_t)n);
		if (err)
			return err;
		at += (__u64)n;
		bytes -= (__u64)n;
	}
	return 0;
}

static int write_anew(const struct edits *edits, int from, __u64 size, int to)
{
	char *room = malloc(COPY_BYTES);
	__u64 at = 0;
	int err = room ? 0 : -ENOMEM;

	for (size_t i = 0; i < edits->count && !err; i++) {
		const struct edit *edit = &edits->edits[i];

		err = copy(from, at, edit->at - at, to, room);
		if (!err)
			err = write_all(to, edit->text, edit->bytes);
		at = edit->at + edit->removed;
	}
	if (!err)
		err = copy(from, at, size - at, to, room);
	free(room);
	return err;
}

static int open_temporary(int directory_fd, const char *name, const struct stat *like)
{
	int err = 0, fd;

	/* One that a killed repair left; the log's lock keeps others off. */
	unlinkat(directory_fd, name, 0);
	fd = openat(directory_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (fchown(fd, like->st_uid, like->st_gid) < 0 || fchmod(fd, like->st_mode & 07777) < 0)
		err = -errno;
	if (!err)
		err = place__lock(fd);
	if (!err)
		return fd;
	close(fd);
	unlinkat(directory_fd, name, 0);
	return err;
}

static int sync_directory(int directory_fd)
{
	int err = 0, fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fsync(fd) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* The name may mean another file by now: that one must stay. */
static int put_in_place(int directory_fd, const char *temporary, const char *name,
			const struct stat *old)
{
	struct stat now;

	if (fstatat(directory_fd, name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (now.st_ino != old->st_ino || now.st_dev != old->st_dev)
		return -ESTALE;
	if (renameat(directory_fd, temporary, directory_fd, name) < 0)
		return -errno;
	return sync_directory(directory_fd);
}

static int apply_by_copy(const struct edits *edits, int directory_fd, const char *name, int fd,
			 const struct stat *status, int *new_fd)
{
	char temporary[NAME_MAX + 1];
	int err, to;

	if (snprintf(temporary, sizeof(temporary), "%s" TEMPORARY_SUFFIX, name) >=
	    (int)sizeof(temporary))
		return -ENAMETOOLONG;
	to = open_temporary(directory_fd, temporary, status);
	if (to < 0)
		return to;
	err = write_anew(edits, fd, (__u64)status->st_size, to);
	if (!err && fsync(to) < 0)
		err = -errno;
	if (!err)
		err = put_in_place(directory_fd, temporary, name, status);
	if (err) {
		unlinkat(directory_fd, temporary, 0);
		close(to);
		return err;
	}
	*new_fd = to;
	return 0;
}

int edits__apply(const struct edits *edits, int directory_fd, const char *name, int fd, int *new_fd)
{
	const struct edit *last;
	struct stat status;

	*new_fd = -1;
	if (edits->count == 0)
		return 0;
	if (fstat(fd, &status) < 0)
		return -errno;
	last = &edits->edits[edits->count - 1];
	if (edits->count == 1 && last->at + last->removed == (__u64)status.st_size)
		return apply_at_end(last, fd);
	return apply_by_copy(edits, directory_fd, name, fd, &status, new_fd);
}
