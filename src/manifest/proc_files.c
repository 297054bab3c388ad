// SPDX-License-Identifier: BSD-2-Clause
#include "manifest/proc_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_BYTES 4096
#define NAME_BYTES 512

/* Reads at most TEXT_BYTES. What is not UTF-8 comes as if it could not be read. */
static json_t *read_text(int fd)
{
	char text[TEXT_BYTES];
	size_t used = 0;
	ssize_t got;

	while (used < sizeof(text) && (got = read(fd, text + used, sizeof(text) - used)) > 0)
		used += (size_t)got;
	if (used && text[used - 1] == '\n')
		used--;
	return json_stringn(text, used);
}

static json_t *read_at(int directory_fd, const char *name)
{
	int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	json_t *text = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_mode & S_IROTH)
		text = read_text(fd);
	close(fd);
	return text;
}

json_t *proc_files__text(const char *path)
{
	return read_at(AT_FDCWD, path);
}

int proc_files__add(json_t *facts, const char *directory, const char *beginning, const char *prefix)
{
	DIR *entries = opendir(directory);
	const struct dirent *entry;
	char name[NAME_BYTES];
	int err = 0;

	if (!entries)
		return -errno;
	while (!err && (entry = readdir(entries))) {
		json_t *text = NULL;

		if (entry->d_name[0] != '.' &&
		    !strncmp(entry->d_name, beginning, strlen(beginning)))
			text = read_at(dirfd(entries), entry->d_name);
		snprintf(name, sizeof(name), "%s%s", prefix, entry->d_name);
		if (text && json_object_set_new(facts, name, text))
			err = -ENOMEM;
	}
	closedir(entries);
	return err;
}
