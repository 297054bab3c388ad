// SPDX-License-Identifier: BSD-2-Clause
/*
 * A file opened with O_TMPFILE has no name and is gone however the process ends. A temporary name
 * of 64 random bits is needed on file systems without O_TMPFILE, and for the moment before the file
 * replaces another one, as only a rename can do that.
 */
#include "output/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#define UNNAMED_MODE 0600

static int choose_name(struct new_file *file)
{
	unsigned long long number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -errno;
	snprintf(file->name, sizeof(file->name), ".siftr-bpf-%016llx.new", number);
	return 0;
}

/* The path through which linkat(2) gives a name to an unnamed file. */
static void descriptor_path(const struct new_file *file, char path[NEW_FILE_NAME_BYTES])
{
	snprintf(path, NEW_FILE_NAME_BYTES, "/proc/self/fd/%d", file->fd);
}

static int open_unnamed(struct new_file *file)
{
	char path[NEW_FILE_NAME_BYTES];

	file->fd = openat(file->directory_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, UNNAMED_MODE);
	if (file->fd < 0)
		return -errno;
	descriptor_path(file, path);
	if (access(path, F_OK) == 0)
		return 0;
	close(file->fd);
	file->fd = -1;
	return -ENOENT;
}

int new_file__open(struct new_file *file, int directory_fd)
{
	*file = (struct new_file){.directory_fd = directory_fd};
	if (open_unnamed(file) == 0)
		return 0;
	return new_file__open_named(file, directory_fd, UNNAMED_MODE);
}

int new_file__open_named(struct new_file *file, int directory_fd, mode_t mode)
{
	int err;

	*file = (struct new_file){.fd = -1, .directory_fd = directory_fd};
	err = choose_name(file);
	if (err)
		return err;
	file->fd = openat(directory_fd, file->name,
			  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (file->fd >= 0)
		return 0;
	err = -errno;
	*file->name = '\0';
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

/*
 * Gives the file the name `name`, in addition to a temporary one if it has that; -EEXIST if another
 * file is called `name`.
 */
static int link_to(const struct new_file *file, const char *name)
{
	char path[NEW_FILE_NAME_BYTES];
	int err;

	descriptor_path(file, path);
	if (*file->name)
		err = linkat(file->directory_fd, file->name, file->directory_fd, name, 0);
	else
		err = linkat(AT_FDCWD, path, file->directory_fd, name, AT_SYMLINK_FOLLOW);
	return err < 0 ? -errno : 0;
}

static int rename_to(struct new_file *file, const char *name)
{
	if (renameat(file->directory_fd, file->name, file->directory_fd, name) < 0)
		return -errno;
	*file->name = '\0';
	return 0;
}

static int replace_old(struct new_file *file, const char *name, const struct stat *old)
{
	struct stat now;
	int err = 0;

	if (!*file->name) {
		struct new_file named = *file;

		err = choose_name(&named);
		if (!err)
			err = link_to(file, named.name);
		if (!err)
			*file = named;
	}
	/* Another file may have been renamed to `name` meanwhile: it must not be lost. */
	if (!err && fstatat(file->directory_fd, name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		err = -errno;
	if (!err && (now.st_ino != old->st_ino || now.st_dev != old->st_dev))
		err = -ESTALE;
	return err ? err : rename_to(file, name);
}

int new_file__publish(struct new_file *file, const char *name, const struct stat *old)
{
	int err = fsync(file->fd) < 0 ? -errno : 0;

	if (!err)
		err = old ? replace_old(file, name, old) : link_to(file, name);
	return err ? err : sync_directory(file->directory_fd);
}

int new_file__replace(struct new_file *file, const char *name)
{
	return fsync(file->fd) < 0 ? -errno : rename_to(file, name);
}

/* Removes the temporary name, unless it has become that of another file. */
static void remove_name(const struct new_file *file)
{
	struct stat status, named;

	if (fstat(file->fd, &status) == 0 &&
	    fstatat(file->directory_fd, file->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    status.st_ino == named.st_ino && status.st_dev == named.st_dev)
		unlinkat(file->directory_fd, file->name, 0);
}

void new_file__close(struct new_file *file)
{
	if (file->fd < 0)
		return;
	if (*file->name)
		remove_name(file);
	close(file->fd);
	file->fd = -1;
}
