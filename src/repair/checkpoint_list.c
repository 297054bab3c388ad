// SPDX-License-Identifier: BSD-2-Clause
#include "repair/checkpoint_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/checkpoint_file.h"

/*
 * Opens the directory for reading its entries. The caller closes it with closedir(). NULL with
 * errno set on failure.
 */
static DIR *open_directory(int directory_fd)
{
	int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !directory)
		close(fd);
	return directory;
}

/* Reads the time from "LOG.SECONDS.MICROSECONDS.checkpoint"; false for any other name. */
static bool parse_name(const char *name, struct siftr_time *begun)
{
	size_t bytes = strlen(name), end_bytes = strlen(CHECKPOINT_SUFFIX);
	const char *dot, *end = name + bytes - end_bytes;
	int dots = 0, used = 0;

	if (bytes <= end_bytes || strcmp(end, CHECKPOINT_SUFFIX) != 0)
		return false;
	for (dot = end; dot > name && dots < 2;)
		dots += *--dot == '.';
	return dots == 2 &&
	       sscanf(dot, ".%20llu.%6u%n", &begun->seconds, &begun->microseconds, &used) == 2 &&
	       dot + used == end;
}

/* Enlarges an array so that one more entry of `size` bytes fits; false when out of memory. */
static bool reserve(void **entries, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? 2 * *capacity : 64;
	void *larger;

	if (count < *capacity)
		return true;
	larger = realloc(*entries, wanted * size);
	if (!larger)
		return false;
	*entries = larger;
	*capacity = wanted;
	return true;
}

static int add(struct checkpoint_list *list, const struct dirent *entry)
{
	struct checkpoint_name name;

	if (!reserve((void **)&list->inodes, list->nr_inodes, &list->inodes_capacity,
		     sizeof(*list->inodes)))
		return -ENOMEM;
	list->inodes[list->nr_inodes++] = entry->d_ino;
	if (!parse_name(entry->d_name, &name.begun))
		return 0;
	if (!reserve((void **)&list->names, list->nr_names, &list->names_capacity, sizeof(name)))
		return -ENOMEM;
	name.name = strdup(entry->d_name);
	if (!name.name)
		return -ENOMEM;
	list->names[list->nr_names++] = name;
	return 0;
}

static int compare_times(const struct siftr_time *a, const struct siftr_time *b)
{
	if (a->seconds != b->seconds)
		return a->seconds < b->seconds ? -1 : 1;
	return (a->microseconds > b->microseconds) - (a->microseconds < b->microseconds);
}

static int compare_names(const void *a, const void *b)
{
	const struct checkpoint_name *one = a, *other = b;

	return compare_times(&one->begun, &other->begun);
}

static int compare_inodes(const void *a, const void *b)
{
	const __u64 *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

int checkpoint_list__read(struct checkpoint_list *list, int directory_fd)
{
	DIR *directory = open_directory(directory_fd);
	const struct dirent *entry;
	struct stat status;
	int err = 0;

	*list = (struct checkpoint_list){.directory_fd = directory_fd};
	if (!directory)
		return -errno;
	if (fstat(directory_fd, &status) < 0)
		err = -errno;
	list->directory_owner = err ? 0 : status.st_uid;
	while (!err && (entry = readdir(directory)))
		err = add(list, entry);
	closedir(directory);
	if (list->nr_names)
		qsort(list->names, list->nr_names, sizeof(*list->names), compare_names);
	if (list->nr_inodes)
		qsort(list->inodes, list->nr_inodes, sizeof(*list->inodes), compare_inodes);
	return err;
}

void checkpoint_list__free(struct checkpoint_list *list)
{
	for (size_t i = 0; i < list->nr_names; i++)
		free(list->names[i].name);
	free(list->names);
	free(list->inodes);
	*list = (struct checkpoint_list){};
}

/* Index of the first checkpoint of a run that began at that time or later. */
static size_t find_time(const struct checkpoint_list *list, const struct siftr_time *begun)
{
	size_t first = 0, end = list->nr_names;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (compare_times(&list->names[middle].begun, begun) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

const char *checkpoint_list__next(const struct checkpoint_list *list, struct siftr_time begun,
				  size_t *position)
{
	size_t i = find_time(list, &begun) + *position;

	if (i >= list->nr_names || compare_times(&list->names[i].begun, &begun) != 0)
		return NULL;
	++*position;
	return list->names[i].name;
}

static bool has_header(int fd, const struct checkpoint_run *run)
{
	char header[FORMAT_HEADER_MAX];

	return run->header_bytes <= sizeof(header) &&
	       pread(fd, header, run->header_bytes, (off_t)run->offset) ==
		       (ssize_t)run->header_bytes &&
	       memcmp(header, run->header, run->header_bytes) == 0;
}

static bool is_log(int directory_fd, const char *name, const struct checkpoint_run *run)
{
	int fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	bool found = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		     status.st_ino == run->inode && has_header(fd, run);

	if (fd >= 0)
		close(fd);
	return found;
}

bool checkpoint_list__has_log(const struct checkpoint_list *list, const struct checkpoint_run *run)
{
	const struct dirent *entry;
	bool found = false;
	DIR *directory;

	if (!list->nr_inodes || !bsearch(&run->inode, list->inodes, list->nr_inodes,
					 sizeof(*list->inodes), compare_inodes))
		return false;
	directory = open_directory(list->directory_fd);
	while (directory && !found && (entry = readdir(directory)))
		found = entry->d_ino == run->inode &&
			is_log(list->directory_fd, entry->d_name, run);
	if (directory)
		closedir(directory);
	return found;
}
