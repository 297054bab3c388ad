// SPDX-License-Identifier: BSD-2-Clause
#include "output/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "output/secure_open.h"
#include "output/write_all.h"
#include "report/report.h"

static int write_and_sync(int fd, const char *text, size_t bytes)
{
	int err = write_all(fd, text, bytes);

	return !err && fsync(fd) < 0 ? -errno : err;
}

/* To see now, and not at the end of the run, that the directory takes files. */
static int try_directory(const struct log_path *path)
{
	char name[NAME_MAX + 1];
	int fd = secure_open__judge_directory(path);

	if (fd)
		return fd;
	fd = secure_open__create_beside(path, name);
	if (fd < 0)
		return report_error(fd, "write %s for %s: its directory takes no file", path->path,
				    path->use);
	close(fd);
	unlinkat(path->directory_fd, name, 0);
	return 0;
}

/* A file that is not there yet is made, for the directory's owner. */
static int open_in_place(struct replacement *replacement, bool is_new)
{
	int fd = secure_open__open(replacement->path, O_WRONLY | O_CREAT);

	if (fd < 0)
		return fd;
	if (is_new)
		log_path__give_to_owner(replacement->path, fd);
	replacement->fd = fd;
	return 0;
}

/* The file stays what it is for now: it is opened to see that it may be changed. */
static int judge_old(struct replacement *replacement, const struct stat *old)
{
	int fd = secure_open__open(replacement->path, O_WRONLY);

	if (fd < 0)
		return fd;
	close(fd);
	replacement->mode = old->st_mode & 0777;
	return 0;
}

int replacement__prepare(struct replacement *replacement, const struct log_path *path, uid_t user)
{
	struct stat old;
	int err = log_path__stat(path, &old);
	bool is_new = err == -ENOENT;

	*replacement = (struct replacement){.path = path, .fd = -1};
	if (err && !is_new)
		return report_error(err, "open %s for %s", path->path, path->use);
	/* Who is no owner may still write to a directory: what can be tried, is. */
	if (is_new ? !geteuid() && user != path->owner
		   : S_ISCHR(old.st_mode) || user != old.st_uid || user != path->owner)
		return open_in_place(replacement, is_new);
	err = is_new ? 0 : judge_old(replacement, &old);
	return err ? err : try_directory(path);
}

static int write_in_place(int fd, const char *text, size_t bytes)
{
	struct stat status;
	int err = fstat(fd, &status) < 0 ? -errno : 0;

	if (err || !S_ISREG(status.st_mode))
		return err ? err : write_all(fd, text, bytes);
	err = write_and_sync(fd, text, bytes);
	/* What the file held before may have been longer. */
	return !err && ftruncate(fd, (off_t)bytes) < 0 ? -errno : err;
}

int replacement__write(const struct replacement *replacement, const char *text, size_t bytes)
{
	const struct log_path *path = replacement->path;
	char name[NAME_MAX + 1];
	int fd, err;

	if (replacement->fd >= 0)
		return write_in_place(replacement->fd, text, bytes);
	fd = secure_open__create_beside(path, name);
	if (fd < 0)
		return fd;
	err = write_and_sync(fd, text, bytes);
	if (!err && replacement->mode && fchmod(fd, replacement->mode) < 0)
		err = -errno;
	close(fd);
	if (!err && renameat(path->directory_fd, name, path->directory_fd, path->name) < 0)
		err = -errno;
	if (err)
		unlinkat(path->directory_fd, name, 0);
	return err;
}

void replacement__close(struct replacement *replacement)
{
	if (replacement->path && replacement->fd >= 0)
		close(replacement->fd);
	*replacement = (struct replacement){.fd = -1};
}
