// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter_netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/filter.h>

#include "filter/filter_list.h"

#define DIGITS	   "0123456789"
#define PATH_BYTES (FILTER_ITEM_BYTES + 32) /* with what is put before it */

/* Writes the file that stands for the namespace. A name of digits is the number of a process. */
static int find_file(const char *text, char *path, size_t bytes)
{
	int length;

	if (!*text)
		return -EINVAL;
	if (strchr(text, '/'))
		length = snprintf(path, bytes, "%s", text);
	else if (!strcmp(text, "self") || !text[strspn(text, DIGITS)])
		length = snprintf(path, bytes, "/proc/%s/ns/net", text);
	else
		length = snprintf(path, bytes, "/run/netns/%s", text);
	return length < 0 || (size_t)length >= bytes ? -EINVAL : 0;
}

/* Whether the open file is a network namespace; another file could have the same inode number. */
static bool is_netns(int fd)
{
	return ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

int filter_netns__parse(const char *text, struct siftr_rule *rule)
{
	struct stat status;
	char path[PATH_BYTES];
	int fd, err = find_file(text, path, sizeof(path));

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status))
		err = -errno;
	else if (!is_netns(fd))
		err = -ENOENT;
	close(fd);
	rule->value[0] = status.st_ino;
	rule->mask[0] = ~0ULL;
	return err;
}
