// SPDX-License-Identifier: BSD-2-Clause
/*
 * The log itself is renamed last, so that after a kill repair finds it under its name. A rotation
 * that was killed leaves a number unused, and the next one starts there. No rename replaces a
 * file, so no file is lost whenever the process ends.
 */
#include "output/log_renames.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "report/report.h"

/* Name of an old file; number 0 is the log itself. 0 or a negative errno, reported. */
static int file_name(const struct log_renames *files, __u32 number, char name[NAME_MAX + 1])
{
	const char *log = files->path->name;
	int length = number ? snprintf(name, NAME_MAX + 1, "%s.%u", log, number)
			    : snprintf(name, NAME_MAX + 1, "%s", log);

	if (length <= NAME_MAX)
		return 0;
	return report_error(-ENAMETOOLONG, "name the older files of %s", files->path->path);
}

static bool exists(const struct log_renames *files, const char *name)
{
	struct stat status;

	return fstatat(files->path->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ||
	       errno != ENOENT;
}

static int move(const struct log_renames *files, const char *from, const char *to)
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

static int move_number(const struct log_renames *files, __u32 from_number, __u32 to_number)
{
	char from[NAME_MAX + 1], to[NAME_MAX + 1];
	int err = file_name(files, from_number, from) ?: file_name(files, to_number, to);

	return err ? err : move(files, from, to);
}

/* Makes a temporary name for the oldest file. 0 or a negative errno, reported. */
static int choose_outgoing(struct log_renames *files, __u32 number)
{
	const char *log = files->path->name;
	struct timespec now;
	int length;

	clock_gettime(CLOCK_MONOTONIC, &now);
	length = snprintf(files->outgoing, sizeof(files->outgoing), "%s.%u.outgoing-%d-%lld%09ld",
			  log, number, (int)getpid(), (long long)now.tv_sec, now.tv_nsec);
	if (length <= NAME_MAX)
		return 0;
	files->outgoing[0] = '\0';
	return report_error(-ENAMETOOLONG, "name the older files of %s", files->path->path);
}

static int set_blocked(struct log_renames *files, __u32 number, int err)
{
	files->blocked = true;
	files->blocked_number = number;
	return err;
}

/*
 * Gives the oldest file its temporary name. Fails if it is not a regular file, as it is going to
 * be removed.
 */
static int rename_oldest(struct log_renames *files, __u32 number)
{
	char name[NAME_MAX + 1];
	struct stat status;
	int err = file_name(files, number, name);

	if (err)
		return err;
	if (fstatat(files->path->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return report_error(-errno, "look at %s next to %s", name, files->path->path);
	if (!S_ISREG(status.st_mode)) {
		report_message("cannot remove %s next to %s: it is not a file", name,
			       files->path->path);
		return -ENOTSUP;
	}
	err = choose_outgoing(files, number);
	if (!err)
		err = move(files, name, files->outgoing);
	if (err)
		files->outgoing[0] = '\0';
	return err;
}

/*
 * Tests whether the file that could not be renamed the last time can be renamed by now, by giving
 * it a temporary name and its own again.
 */
static int retry_blocked(struct log_renames *files)
{
	char name[NAME_MAX + 1];
	int err = file_name(files, files->blocked_number, name);

	if (!err && exists(files, name)) {
		err = choose_outgoing(files, files->blocked_number);
		if (!err)
			err = move(files, name, files->outgoing);
		if (!err)
			err = move(files, files->outgoing, name);
	}
	files->outgoing[0] = '\0';
	files->blocked = err != 0;
	return err;
}

static __u32 first_free(const struct log_renames *files)
{
	char name[NAME_MAX + 1];

	for (__u32 number = 1; number <= files->keep; number++)
		if (file_name(files, number, name) || !exists(files, name))
			return number;
	return files->keep + 1;
}

/*
 * Undoes the renames of the files whose old numbers were `lowest` and above, and gives the oldest
 * file its name back. Stops at the first failure, as the next rename would have to replace a file.
 */
static void rename_back(struct log_renames *files, __u32 lowest)
{
	char name[NAME_MAX + 1];
	int err = 0;

	for (__u32 number = lowest; number < files->shifted && !err; number++)
		err = move_number(files, number + 1, number);
	files->shifted = 0;
	if (err || !files->outgoing[0] || file_name(files, files->keep, name))
		return;
	if (!move(files, files->outgoing, name))
		files->outgoing[0] = '\0';
}

int log_renames__shift(struct log_renames *files, const struct log_path *path, __u32 keep)
{
	__u32 free;
	int err = 0;

	files->path = path;
	files->keep = keep;
	files->outgoing[0] = '\0';
	if (files->blocked)
		err = retry_blocked(files);
	if (err)
		return err;
	free = first_free(files);
	if (free > keep) {
		free = keep;
		err = rename_oldest(files, keep);
	}
	if (err)
		return set_blocked(files, keep, err);
	files->shifted = free;
	for (__u32 number = free; number-- > 0;) {
		err = move_number(files, number, number + 1);
		if (err) {
			rename_back(files, number + 1);
			return set_blocked(files, number, err);
		}
	}
	return 0;
}

void log_renames__commit(struct log_renames *files)
{
	if (files->outgoing[0] && unlinkat(files->path->directory_fd, files->outgoing, 0) < 0)
		report_error(-errno, "remove %s next to %s", files->outgoing, files->path->path);
	files->outgoing[0] = '\0';
	files->shifted = 0;
}

/*
 * If the next file was created under the log's name, it is removed first, provided that it is
 * empty.
 */
void log_renames__undo(struct log_renames *files)
{
	const struct log_path *path = files->path;
	struct stat status;

	if (!files->shifted)
		return;
	if (log_path__stat(path, &status) == 0 && S_ISREG(status.st_mode) && !status.st_size)
		unlinkat(path->directory_fd, path->name, 0);
	rename_back(files, 0);
}
