// SPDX-License-Identifier: BSD-2-Clause
#include "repair/set_aside.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "output/secure_open.h"
#include "repair/checkpoint_load.h"
#include "report/report.h"

#define MICROSECOND_DIGITS 6

/*
 * Opens the log's directory for reading its entries. The caller closes it with closedir(). NULL
 * with errno set on failure.
 */
static DIR *open_directory(const struct log_path *log)
{
	int fd = openat(log->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !entries)
		close(fd);
	return entries;
}

static size_t count_digits(const char *text)
{
	size_t count = 0;

	while (isdigit((unsigned char)text[count]))
		count++;
	return count;
}

/* Length of ".SECONDS.MICROSECONDS" if `text` is that and then ".checkpoint", else 0. */
static size_t time_length(const char *text)
{
	size_t seconds;

	if (text[0] != '.')
		return 0;
	seconds = count_digits(text + 1);
	if (!seconds || text[1 + seconds] != '.' ||
	    count_digits(text + seconds + 2) != MICROSECOND_DIGITS ||
	    strcmp(text + seconds + 2 + MICROSECOND_DIGITS, CHECKPOINT_SUFFIX) != 0)
		return 0;
	return seconds + 2 + MICROSECOND_DIGITS;
}

/* Reads the name of the log's next checkpoint, without its suffix; false after the last. */
static bool next_checkpoint(DIR *entries, const struct log_path *log, char name[NAME_MAX + 1])
{
	size_t log_bytes = strlen(log->name), bytes;
	const struct dirent *entry;

	while ((entry = readdir(entries))) {
		if (strncmp(entry->d_name, log->name, log_bytes) != 0)
			continue;
		bytes = time_length(entry->d_name + log_bytes);
		if (!bytes)
			continue;
		snprintf(name, NAME_MAX + 1, "%.*s", (int)(log_bytes + bytes), entry->d_name);
		return true;
	}
	return false;
}

static bool exists(const struct log_path *log, const char *name)
{
	struct stat status;

	return fstatat(log->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static __u64 written_ns(const struct stat *status)
{
	return (__u64)status->st_mtim.tv_sec * NSEC_PER_SEC + (__u64)status->st_mtim.tv_nsec;
}

/*
 * When the killed run last wrote: the later of the modification times of the log and of its
 * checkpoint.
 */
static __u64 last_written_ns(const struct log_path *log, const char *name,
			     const struct stat *log_status)
{
	char checkpoint[NAME_MAX + 1 + sizeof(CHECKPOINT_SUFFIX)];
	__u64 log_ns = written_ns(log_status), checkpoint_ns = 0;
	struct stat status;

	snprintf(checkpoint, sizeof(checkpoint), "%s" CHECKPOINT_SUFFIX, name);
	if (fstatat(log->directory_fd, checkpoint, &status, AT_SYMLINK_NOFOLLOW) == 0)
		checkpoint_ns = written_ns(&status);
	return log_ns > checkpoint_ns ? log_ns : checkpoint_ns;
}

static bool is_checkpoint_of(const struct log_path *log, const char *name,
			     const struct stat *log_status)
{
	char checkpoint[NAME_MAX + 1 + sizeof(CHECKPOINT_SUFFIX)];
	struct checkpoint_run run;

	snprintf(checkpoint, sizeof(checkpoint), "%s" CHECKPOINT_SUFFIX, name);
	return checkpoint_load__run(log->directory_fd, checkpoint, &run) &&
	       run.inode == log_status->st_ino;
}

/*
 * Finds the newest checkpoint of the log's file whose name without the suffix is not in use, and
 * puts that name into `newest`. Names sort by time, as seconds have ten digits.
 */
static bool find_killed_run(DIR *entries, const struct log_path *log, const struct stat *log_status,
			    char newest[NAME_MAX + 1])
{
	char name[NAME_MAX + 1];

	newest[0] = '\0';
	while (next_checkpoint(entries, log, name))
		if (strcmp(name, newest) > 0 && !exists(log, name) &&
		    is_checkpoint_of(log, name, log_status))
			memcpy(newest, name, sizeof(name));
	return newest[0];
}

static void path_in_directory(const struct log_path *log, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%.*s%s", (int)(log->name - log->path), log->path, name);
}

static int rename_log(const struct log_path *log, const struct stat *status,
		      struct set_aside *aside)
{
	DIR *entries = open_directory(log);
	int fd = log->directory_fd;
	char name[NAME_MAX + 1];
	bool found;

	if (!entries)
		return -errno;
	found = find_killed_run(entries, log, status, name);
	closedir(entries);
	if (!found)
		return 0;
	if (renameat2(fd, log->name, fd, name, RENAME_NOREPLACE) < 0 &&
	    (errno != EINVAL || renameat(fd, log->name, fd, name) < 0))
		return -errno;
	aside->last_ns = last_written_ns(log, name, status);
	path_in_directory(log, name, aside->path);
	return 0;
}

/* The log is locked while it is renamed, so that no run can begin to write it meanwhile. */
int set_aside__killed_run(const struct log_path *log, struct set_aside *aside)
{
	int fd = openat(log->directory_fd, log->name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat status;
	int err = 0;

	*aside = (struct set_aside){};
	/*
	 * Not reported here: a log that does not exist is no error, and a run opens the log next
	 * and reports any other error.
	 */
	if (fd < 0)
		return 0;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && secure_open__lock(fd) == 0)
		err = rename_log(log, &status, aside);
	close(fd);
	return err ? report_error(err, "set the killed run of %s aside", log->path) : 0;
}

int set_aside__repair_each(const struct log_path *log, int (*repair)(const char *file))
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	DIR *entries = open_directory(log);
	int worst = 0, status;

	if (!entries)
		return report_error(-errno, "look for killed runs next to %s", log->path);
	while (next_checkpoint(entries, log, name)) {
		if (!exists(log, name))
			continue;
		path_in_directory(log, name, path);
		status = repair(path);
		worst = status > worst ? status : worst;
	}
	closedir(entries);
	return worst;
}
