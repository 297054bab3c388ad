// SPDX-License-Identifier: BSD-2-Clause
/* What /proc tells of a loaded program. */
#include "capture/prog_misses.h"

#include <stdio.h>

/* The line is absent where the kernel does not count. */
__u64 prog_misses__of(int prog_fd)
{
	char path[64], line[128];
	unsigned long long missed = PROG_MISSES_UNKNOWN;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", prog_fd);
	file = fopen(path, "re");
	if (!file)
		return missed;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "recursion_misses: %llu", &missed) == 1)
			break;
	fclose(file);
	return missed;
}
