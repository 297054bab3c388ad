// SPDX-License-Identifier: BSD-2-Clause
/*
 * The log itself is renamed last, so that a kill on the way leaves it where a repair
 * looks for it, and leaves a number free, from which the next rotation goes on. No
 * rename has a target that exists: whenever it ends, every file is there.
 */
#include "output/retention.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "report/report.h"

/* Number 0 is the log itself. 0 or a negative errno, reported. */
static int name_of(const struct old_files *files, __u32 number, char name[NAME_MAX + 1])
{
	const char *log = files->path->name;
	int length = number ? snprintf(name, NAME_MAX + 1, "%s.%u", log, number)
			    : snprintf(name, NAME_MAX + 1, "%s", log);

	if (length <= NAME_MAX)
		return 0;
	return report_error(-ENAMETOOLONG, "name the older files of %s", files->path->path);
}

static bool exists(const struct old_files *files, const char *name)
{
	struct stat status;

	return fstatat(files->path->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ||
	       errno != ENOENT;
}

static int move(const struct old_files *files, const char *from, const char *to)
{
	int directory = files->path->directory_fd;
	int err = exists(files, to) ? -EEXIST : 0;

	if (!err && renameat(directory, from, directory, to) < 0)
		err = -errno;
	if (!err)
		return 0;
	return report_error(err, "rename %s to %s in the directory of %s", from, to,
			    files->path->path);
}

static int move_number(const struct old_files *files, __u32 from_number, __u32 to_number)
{
	char from[NAME_MAX + 1], to[NAME_MAX + 1];
	int err = name_of(files, from_number, from) ?: name_of(files, to_number, to);

	return err ? err : move(files, from, to);
}

/* A name nobody else has. 0 or a negative errno, reported. */
static int choose_spare(struct old_files *files, __u32 number)
{
	const char *log = files->path->name;
	struct timespec now;
	int length;

	clock_gettime(CLOCK_MONOTONIC, &now);
	length = snprintf(files->spare, sizeof(files->spare), "%s.%u.outgoing-%d-%lld%09ld", log,
			  number, (int)getpid(), (long long)now.tv_sec, now.tv_nsec);
	if (length <= NAME_MAX)
		return 0;
	files->spare[0] = '\0';
	return report_error(-ENAMETOOLONG, "name the older files of %s", files->path->path);
}

static int refuse(struct old_files *files, __u32 number, int err)
{
	files->refused = true;
	files->refusing = number;
	return err;
}

/* What will be removed must be a file. */
static int put_aside(struct old_files *files, __u32 number)
{
	char name[NAME_MAX + 1];
	struct stat status;
	int err = name_of(files, number, name);

	if (err)
		return err;
	if (fstatat(files->path->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return report_error(-errno, "look at %s beside %s", name, files->path->path);
	if (!S_ISREG(status.st_mode)) {
		report_message("cannot remove %s beside %s: it is not a file", name,
			       files->path->path);
		return -ENOTSUP;
	}
	err = choose_spare(files, number);
	if (!err)
		err = move(files, name, files->spare);
	if (err)
		files->spare[0] = '\0';
	return err;
}

/* Only looks whether the file that stood in the way still does. */
static int try_refused(struct old_files *files)
{
	char name[NAME_MAX + 1];
	int err = name_of(files, files->refusing, name);

	if (!err && exists(files, name)) {
		err = choose_spare(files, files->refusing);
		if (!err)
			err = move(files, name, files->spare);
		if (!err)
			err = move(files, files->spare, name);
	}
	files->spare[0] = '\0';
	files->refused = err != 0;
	return err;
}

static __u32 first_free(const struct old_files *files)
{
	char name[NAME_MAX + 1];

	for (__u32 number = 1; number <= files->keep; number++)
		if (name_of(files, number, name) || !exists(files, name))
			return number;
	return files->keep + 1;
}

/* From `lowest` on the files go back by one. The first that cannot ends it: none is replaced. */
static void take_back(struct old_files *files, __u32 lowest)
{
	char name[NAME_MAX + 1];
	int err = 0;

	for (__u32 number = lowest; number < files->shifted && !err; number++)
		err = move_number(files, number + 1, number);
	files->shifted = 0;
	if (err || !files->spare[0] || name_of(files, files->keep, name))
		return;
	if (!move(files, files->spare, name))
		files->spare[0] = '\0';
}

int retention__shift(struct old_files *files, const struct log_path *path, __u32 keep)
{
	__u32 free;
	int err = 0;

	files->path = path;
	files->keep = keep;
	files->spare[0] = '\0';
	if (files->refused)
		err = try_refused(files);
	if (err)
		return err;
	free = first_free(files);
	if (free > keep) {
		free = keep;
		err = put_aside(files, keep);
	}
	if (err)
		return refuse(files, keep, err);
	files->shifted = free;
	for (__u32 number = free; number-- > 0;) {
		err = move_number(files, number, number + 1);
		if (err) {
			take_back(files, number + 1);
			return refuse(files, number, err);
		}
	}
	return 0;
}

void retention__commit(struct old_files *files)
{
	if (files->spare[0] && unlinkat(files->path->directory_fd, files->spare, 0) < 0)
		report_error(-errno, "remove %s beside %s", files->spare, files->path->path);
	files->spare[0] = '\0';
	files->shifted = 0;
}

/* The next file may have been made, and is empty. */
void retention__undo(struct old_files *files)
{
	const struct log_path *path = files->path;
	struct stat status;

	if (!files->shifted)
		return;
	if (log_path__stat(path, &status) == 0 && S_ISREG(status.st_mode) && !status.st_size)
		unlinkat(path->directory_fd, path->name, 0);
	take_back(files, 0);
}
