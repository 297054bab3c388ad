// SPDX-License-Identifier: BSD-2-Clause
#include "log/old_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "report.h"

/* Number 0 is the log itself. 0 or a negative errno. */
static int name(char out[PATH_MAX], const char *path, __u32 number)
{
	int length = number ? snprintf(out, PATH_MAX, "%s.%u", path, number)
			    : snprintf(out, PATH_MAX, "%s", path);

	return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int shift_one(const char *path, __u32 number)
{
	char from[PATH_MAX], to[PATH_MAX];
	int err = name(from, path, number);

	if (!err)
		err = name(to, path, number + 1);
	if (err)
		return report_error(err, "name the older files of %s", path);
	if (rename(from, to) == 0 || errno == ENOENT)
		return 0;
	return report_error(-errno, "rename %s to %s", from, to);
}

/* The oldest first, so that each finds its new name free. */
int old_files__shift(const char *path, __u32 keep)
{
	int err = 0;

	for (__u32 number = keep; number-- > 0 && !err;)
		err = shift_one(path, number);
	return err;
}
