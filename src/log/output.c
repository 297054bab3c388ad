// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls of the log's way out, made whole: interrupted and short writes
 * go on, a non-blocking descriptor is waited for, a half-written end is cut.
 */
#include "log/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0640

/* Returns a descriptor that is ours to close, or a negative errno. */
static int open_descriptor(const char *path)
{
	int fd;

	if (path)
		/* O_NONBLOCK: a FIFO nobody reads is refused instead of waited for. */
		fd = open(path,
			  O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
			  FILE_MODE);
	else
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

int output__open(struct output *output, const char *path)
{
	struct stat status;
	int fd = open_descriptor(path);

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0) {
		int err = -errno;

		close(fd);
		return err;
	}
	output->fd = fd;
	output->regular = S_ISREG(status.st_mode);
	return 0;
}

bool output__ends_torn(const struct output *output)
{
	char link[64];
	char last = '\n';
	off_t end;
	int reader;

	if (!output->regular)
		return false;
	end = lseek(output->fd, 0, fcntl(output->fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
	if (end <= 0)
		return false;
	/* The descriptor may be write-only; this opens the same file, not the same name. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", output->fd);
	reader = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (reader < 0)
		return false;
	if (pread(reader, &last, 1, end - 1) != 1)
		last = '\n';
	close(reader);
	return last != '\n';
}

int output__write(struct output *output, const char *text, size_t bytes, size_t *done)
{
	struct pollfd room = { .fd = output->fd, .events = POLLOUT };

	for (*done = 0; *done < bytes;) {
		ssize_t n = write(output->fd, text + *done, bytes - *done);

		if (n > 0)
			*done += (size_t)n;
		else if (n == 0)
			return -EIO;
		else if (errno == EAGAIN)
			poll(&room, 1, -1);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int output__cut(struct output *output, size_t bytes)
{
	struct stat status;
	off_t whole;

	if (!bytes)
		return 0;
	whole = lseek(output->fd, 0, SEEK_CUR);
	if (whole < 0 || fstat(output->fd, &status) < 0)
		return -errno;
	whole -= (off_t)bytes;
	/* A file that somebody else has shortened must not grow back. */
	if (status.st_size > whole && ftruncate(output->fd, whole) < 0)
		return -errno;
	return lseek(output->fd, whole, SEEK_SET) < 0 ? -errno : 0;
}

int output__close(struct output *output)
{
	int err = 0;

	if (output->regular && fsync(output->fd) < 0)
		err = -errno;
	/* The descriptor is gone even when close() was interrupted. */
	if (close(output->fd) < 0 && errno != EINTR && !err)
		err = -errno;
	return err;
}
