// SPDX-License-Identifier: BSD-2-Clause
#include "log/old_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "report.h"

/* Number 0 is the log itself. 0 or a negative errno. */
static int name(char out[NAME_MAX + 1], const struct log_path *path, __u32 number)
{
	int length = number ? snprintf(out, NAME_MAX + 1, "%s.%u", path->name, number)
			    : snprintf(out, NAME_MAX + 1, "%s", path->name);

	return length <= NAME_MAX ? 0 : -ENAMETOOLONG;
}

static int shift_one(const struct log_path *path, __u32 number)
{
	char from[NAME_MAX + 1], to[NAME_MAX + 1];
	int err = name(from, path, number);

	if (!err)
		err = name(to, path, number + 1);
	if (err)
		return report_error(err, "name the older files of %s", path->path);
	if (renameat(path->directory_fd, from, path->directory_fd, to) == 0 || errno == ENOENT)
		return 0;
	return report_error(-errno, "rename %s to %s in the directory of %s", from, to, path->path);
}

/* The oldest first, so that each finds its new name free. */
int old_files__shift(const struct log_path *path, __u32 keep)
{
	int err = 0;

	for (__u32 number = keep; number-- > 0 && !err;)
		err = shift_one(path, number);
	return err;
}
