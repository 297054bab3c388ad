// SPDX-License-Identifier: BSD-2-Clause
/*
 * The system calls of a log's output: interrupted and short writes are continued, a non-blocking
 * descriptor is polled, a partial line is cut off the end of a file.
 */
#include "output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/appendable.h"
#include "output/secure_open.h"
#include "report/report.h"

/*
 * Once a run shall end it must do so within two seconds, so waiting for a stalled reader is
 * limited.
 */
#define PATIENCE_MS 500
#define POLL_MS	    100
#define READ_MS	    10 /* interval of checks whether a pipe has been read empty */

/*
 * A pipe or terminal is reopened: O_NONBLOCK on a duplicate would apply to every process that
 * shares it. If that is not permitted a duplicate is used.
 */
static int open_stdout(void)
{
	struct stat status;
	int fd = -1;

	if (fstat(STDOUT_FILENO, &status) == 0 &&
	    (S_ISFIFO(status.st_mode) || isatty(STDOUT_FILENO)))
		fd = open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return fd < 0 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : fd;
}

/* Opens stdout; a file to which it is redirected is locked. A descriptor or a reported errno. */
static int open_locked_stdout(struct stat *status)
{
	int fd = open_stdout(), err = 0;

	if (fd < 0 || fstat(fd, status) < 0)
		err = -errno;
	else if (S_ISREG(status->st_mode))
		err = secure_open__lock(fd);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return report_error(err, "open stdout for the log");
}

/* Offset of the next write: the end if the descriptor appends. */
static off_t find_position(int fd)
{
	int appends = fcntl(fd, F_GETFL) & O_APPEND;

	return lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
}

/* Rejects a file of --output that is no log to append to. stdout may be any: the user opened it. */
static int check_named(int fd, const char *path, const struct log_encoding *encoding,
		       struct stat *status)
{
	if (fstat(fd, status) < 0)
		return report_error(-errno, "open %s for the log", path);
	return S_ISREG(status->st_mode) && status->st_size
		       ? appendable__require(fd, path, encoding->format, encoding->zstd)
		       : 0;
}

int output__open(struct output *output, const struct log_path *path,
		 const struct preallocate_limits *limits, const struct log_encoding *encoding)
{
	struct stat status = {};
	int fd = path ? secure_open__open(path, O_WRONLY | O_APPEND | O_CREAT)
		      : open_locked_stdout(&status);
	int err;

	if (fd < 0)
		return fd;
	err = path ? check_named(fd, path->path, encoding, &status) : 0;
	if (err) {
		close(fd);
		return err;
	}
	if (path)
		log_path__give_to_owner(path, fd);
	*output = (struct output){
		.fd = fd,
		.regular = S_ISREG(status.st_mode),
		.has_reader = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || isatty(fd),
		.named = status.st_nlink > 0,
		.patience_ms = PATIENCE_MS,
	};
	preallocate__init(&output->space, fd, limits);
	if (output->regular)
		output->position = (__u64)find_position(fd);
	return 0;
}

enum output_change output__check(const struct output *output)
{
	struct stat status;

	if (!output->regular || fstat(output->fd, &status) < 0)
		return OUTPUT_UNCHANGED;
	if (output->named && !status.st_nlink)
		return OUTPUT_DELETED;
	if (output->stray_bytes || (__u64)status.st_size < output->position)
		return OUTPUT_SHORTENED;
	return OUTPUT_UNCHANGED;
}

void output__restart(struct output *output)
{
	off_t end = lseek(output->fd, 0, SEEK_END);

	/*
	 * Removes what this run wrote since another process truncated the file, unless somebody has
	 * appended to it since.
	 */
	if (output->stray_bytes && (__u64)end == output->position &&
	    ftruncate(output->fd, end - (off_t)output->stray_bytes) == 0)
		end = lseek(output->fd, 0, SEEK_END);
	output->stray_bytes = 0;
	output->position = output->space.end = (__u64)end;
}

bool output__is_at(const struct output *output, const struct log_path *path)
{
	return log_path__is_at(path, output->fd);
}

int output__hold(struct output *output, __u64 bytes)
{
	return output->regular ? preallocate__hold(&output->space, output->position, bytes) : 0;
}

/* Waits for POLLOUT or a signal. 0, or -ETIMEDOUT once patience_ms is used up. */
static int wait_until_writable(struct output *output)
{
	struct pollfd writable = {.fd = output->fd, .events = POLLOUT};

	if (!output->hurry) {
		poll(&writable, 1, -1);
		return 0;
	}
	if (poll(&writable, 1, POLL_MS) == 0 && *output->hurry)
		output->patience_ms -= POLL_MS;
	return output->patience_ms > 0 ? 0 : -ETIMEDOUT;
}

/*
 * Writes of up to PIPE_BUF bytes to a pipe are atomic, so as many lines as fit into that are
 * written at a time: a stalled reader gets no partial line, unless a line is longer than PIPE_BUF.
 */
static size_t next_write(const struct output *output, const char *text, size_t bytes)
{
	const char *last;

	if (!output->has_reader || bytes <= PIPE_BUF)
		return bytes;
	last = memrchr(text, '\n', PIPE_BUF);
	return last ? (size_t)(last + 1 - text) : PIPE_BUF;
}

/*
 * If the file ends before the expected position after a write, another process truncated it before
 * the write: then the bytes written stand where it was cut off, and those of later writes follow.
 */
static void note_position(struct output *output, size_t written)
{
	__u64 end = (__u64)lseek(output->fd, 0, SEEK_CUR);

	if (end < output->position + written)
		output->stray_bytes = written;
	else if (output->stray_bytes)
		output->stray_bytes += written;
	output->position = end;
}

int output__write(struct output *output, const char *text, size_t bytes, size_t *done)
{
	int err = 0;

	for (*done = 0; *done < bytes && !err;) {
		ssize_t n = write(output->fd, text + *done,
				  next_write(output, text + *done, bytes - *done));

		if (n > 0)
			*done += (size_t)n;
		else if (n == 0)
			err = -EIO;
		else if (errno == EAGAIN)
			err = wait_until_writable(output);
		else if (errno != EINTR)
			err = -errno;
	}
	if (output->regular && *done)
		note_position(output, *done);
	return err;
}

bool output__is_terminal(const struct output *output)
{
	return output->has_reader && isatty(output->fd);
}

bool output__reader_left(const struct output *output)
{
	struct pollfd end = {.fd = output->fd};

	return !output->regular && poll(&end, 1, 0) == 1 && end.revents & (POLLERR | POLLHUP);
}

bool output__wait_until_read(const struct output *output)
{
	struct pollfd end = {.fd = output->fd};
	struct stat status;
	int unread = 0;

	if (fstat(output->fd, &status) < 0 || !S_ISFIFO(status.st_mode))
		return true;
	for (int waited = 0; waited < PATIENCE_MS; waited += READ_MS) {
		bool gone = output__reader_left(output);

		if (ioctl(output->fd, FIONREAD, &unread) < 0 || !unread)
			return true;
		if (gone)
			return false;
		poll(&end, 1, READ_MS);
	}
	return true;
}

int output__cut(struct output *output, size_t bytes)
{
	struct stat status;
	off_t end;

	if (!bytes)
		return 0;
	end = lseek(output->fd, 0, SEEK_CUR);
	if (end < 0 || fstat(output->fd, &status) < 0)
		return -errno;
	end -= (off_t)bytes;
	/* ftruncate() must not extend a file that somebody has shortened. */
	if (status.st_size > end && ftruncate(output->fd, end) < 0)
		return -errno;
	if (lseek(output->fd, end, SEEK_SET) < 0)
		return -errno;
	output->stray_bytes -= bytes < output->stray_bytes ? bytes : output->stray_bytes;
	/* Truncating also released the space reserved after the end. */
	output->position = output->space.end = (__u64)end;
	return 0;
}

void output__leave(struct output *output)
{
	preallocate__release(&output->space, output->position);
	secure_open__unlock(output->fd);
}

/* On a network file system a signal can interrupt fsync(2). */
static int sync_file(int fd)
{
	int err;

	do
		err = fsync(fd);
	while (err < 0 && errno == EINTR);
	return err < 0 ? -errno : 0;
}

int output__close(struct output *output, bool sync)
{
	int err = 0;

	if (output->regular)
		preallocate__release(&output->space, output->position);
	if (output->regular && sync)
		err = sync_file(output->fd);
	/* Linux closes the descriptor even if close(2) returns EINTR. */
	if (close(output->fd) < 0 && errno != EINTR && !err)
		err = -errno;
	return err;
}
