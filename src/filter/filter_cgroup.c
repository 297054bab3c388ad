// SPDX-License-Identifier: BSD-2-Clause
/* On 64-bit machines, which alone are supported, the inode number of the directory is the number.
 */
#include "filter/filter_cgroup.h"

#include <errno.h>
#include <linux/magic.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <siftr/array_size.h>
#include <siftr/filter.h>

#include "filter/filter_list.h"

#define PATH_BYTES (FILTER_ITEM_BYTES + 32) /* with what is put before it */

/* The number of the cgroup whose directory this is; -ENOENT if it is not one of version 2. */
static int read_number(const char *path, __u64 *number)
{
	struct statfs system;
	struct stat status;

	if (statfs(path, &system) || stat(path, &status))
		return -errno;
	if (system.f_type != CGROUP2_SUPER_MAGIC || !S_ISDIR(status.st_mode))
		return -ENOENT;
	*number = status.st_ino;
	return 0;
}

int filter_cgroup__parse(const char *text, struct siftr_rule *rule)
{
	/* The last one is where systemd has version 2 besides version 1. */
	static const char *const roots[] = {"", "/sys/fs/cgroup/", "/sys/fs/cgroup/unified/"};
	int err = -ENOENT;

	if (!*text)
		return -EINVAL;
	for (size_t i = 0; err == -ENOENT && i < ARRAY_SIZE(roots); i++) {
		char path[PATH_BYTES];
		int length = snprintf(path, sizeof(path), "%s%s", roots[i], text);

		if (length < 0 || (size_t)length >= sizeof(path))
			return -EINVAL;
		err = read_number(path, &rule->value[0]);
	}
	rule->mask[0] = ~0ULL;
	return err;
}
