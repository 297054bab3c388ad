// SPDX-License-Identifier: BSD-2-Clause
/*
 * An attacker could prepare a link or another file at the log's path. The checks are made on
 * the open descriptor, not on the name, which can change between check and use.
 */
#include "output/secure_open.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"

#define FILE_MODE  0640
#define NOT_A_FILE "a pipe, a socket or a directory"

static int reject(const struct log_path *path, int err, const char *why)
{
	report_message("cannot open %s for %s: %s", path->path, path->use, why);
	return err;
}

/*
 * Reports that the file is of a kind that is not accepted, and what the user can do instead, if
 * there is an alternative.
 */
static int report_kind(const struct log_path *path, int err, const char *kind)
{
	report_message("cannot open %s for %s: it is %s; name a file%s%s", path->path, path->use,
		       kind, path->instead ? ", or " : "", path->instead ?: "");
	return err;
}

static int fail(const struct log_path *path, int err)
{
	return report_error(err, "open %s for %s", path->path, path->use);
}

/* A world-writable directory is rejected, because anybody can replace the file by a link there. */
int secure_open__check_directory(const struct log_path *path)
{
	struct stat directory;

	if (fstat(path->directory_fd, &directory) < 0)
		return fail(path, -errno);
	if (!(directory.st_mode & S_IWOTH))
		return 0;
	return reject(path, -EPERM,
		      "everybody may write to its directory; choose one that only its owner may "
		      "write to");
}

static int check_opened(const struct log_path *path, int fd)
{
	struct stat status;
	int err;

	if (fstat(fd, &status) < 0)
		return fail(path, -errno);
	if (S_ISCHR(status.st_mode))
		return 0;
	if (!S_ISREG(status.st_mode))
		return report_kind(path, -ENXIO, NOT_A_FILE);
	if (status.st_nlink != 1)
		return reject(path, -EMLINK,
			      "it has other names (hard links), so that writing might "
			      "change another file; remove it or name another");
	err = secure_open__lock(fd);
	if (err == -EBUSY)
		return reject(path, err, "another process is writing it; name another file");
	return err ? report_error(err, "lock %s", path->path) : 0;
}

static int explain(const struct log_path *path, int err)
{
	if (err == -ELOOP)
		return report_kind(path, err, "a symbolic link");
	if (err == -ENXIO)
		return report_kind(path, err, NOT_A_FILE);
	return fail(path, err);
}

/*
 * Opens the file with O_NONBLOCK, so that a FIFO without a reader
 * is an error and does not block.
 */
static int open_name(const struct log_path *path, int flags)
{
	int fd;

	do
		fd = openat(path->directory_fd, path->name,
			    flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, FILE_MODE);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

int secure_open__open(const struct log_path *path, int flags)
{
	int fd, err = secure_open__check_directory(path);

	if (err)
		return err;
	fd = open_name(path, flags);
	if (fd < 0)
		return explain(path, fd);
	err = check_opened(path, fd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int secure_open__lock(int fd)
{
	int err;

	do
		err = flock(fd, LOCK_EX | LOCK_NB);
	while (err < 0 && errno == EINTR);
	if (!err)
		return 0;
	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

void secure_open__unlock(int fd)
{
	flock(fd, LOCK_UN);
}
