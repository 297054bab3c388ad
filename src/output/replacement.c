// SPDX-License-Identifier: BSD-2-Clause
#include "output/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "output/new_file.h"
#include "output/secure_open.h"
#include "output/write_all.h"
#include "report/report.h"

#define FILE_MODE 0640

/*
 * Tests whether a file can be created in the directory, so that an error is reported now and not
 * at the end of the run.
 */
static int try_directory(const struct log_path *path)
{
	struct new_file file;
	int err = secure_open__check_directory(path);

	if (err)
		return err;
	err = new_file__open_named(&file, path->directory_fd, FILE_MODE);
	if (err)
		return report_error(err, "write %s for %s: its directory takes no file", path->path,
				    path->use);
	new_file__close(&file);
	return 0;
}

/*
 * Opens the file to be written in place. If it does not exist it is created and given to the
 * directory's owner.
 */
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

/* Opens the old file only to see whether it may be replaced; keeps its mode for the new one. */
static int check_old(struct replacement *replacement, const struct stat *old)
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
	/*
	 * For a file that does not exist yet, root must compare owners, as it will be another user
	 * when it writes; any other user can simply try whether the directory takes a file.
	 */
	if (is_new ? !geteuid() && user != path->owner
		   : S_ISCHR(old.st_mode) || user != old.st_uid || user != path->owner)
		return open_in_place(replacement, is_new);
	err = is_new ? 0 : check_old(replacement, &old);
	return err ? err : try_directory(path);
}

static int write_in_place(int fd, const char *text, size_t bytes)
{
	struct stat status;
	int err = fstat(fd, &status) < 0 ? -errno : 0;

	if (err || !S_ISREG(status.st_mode))
		return err ? err : write_all(fd, text, bytes);
	/* Not behind what was written before. */
	err = lseek(fd, 0, SEEK_SET) < 0 ? -errno : write_all(fd, text, bytes);
	if (!err && fsync(fd) < 0)
		err = -errno;
	/* Cut off what is left of a longer old content. */
	return !err && ftruncate(fd, (off_t)bytes) < 0 ? -errno : err;
}

int replacement__write(const struct replacement *replacement, const char *text, size_t bytes)
{
	const struct log_path *path = replacement->path;
	struct new_file file;
	int err;

	if (replacement->fd >= 0)
		return write_in_place(replacement->fd, text, bytes);
	err = new_file__open_named(&file, path->directory_fd, FILE_MODE);
	if (!err)
		err = write_all(file.fd, text, bytes);
	if (!err && replacement->mode && fchmod(file.fd, replacement->mode) < 0)
		err = -errno;
	if (!err)
		err = new_file__replace(&file, path->name);
	new_file__close(&file);
	return err;
}

void replacement__close(struct replacement *replacement)
{
	if (replacement->path && replacement->fd >= 0)
		close(replacement->fd);
	*replacement = (struct replacement){.fd = -1};
}
