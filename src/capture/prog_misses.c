// SPDX-License-Identifier: BSD-2-Clause
/* Reads the counter from the program's entry in /proc/self/fdinfo. */
#include "capture/prog_misses.h"

#include <stdio.h>

/* Kernels that do not count skipped runs have no line "recursion_misses" in the file. */
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
