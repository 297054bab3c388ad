// SPDX-License-Identifier: BSD-2-Clause
/* The kernel lists the CPUs that are online in sysfs; their numbers may have gaps. */
#include "capture/cpus.h"

#include <errno.h>

#define ONLINE_PATH "/sys/devices/system/cpu/online"

/* Sets online[] from `first` to `last`; returns how many were not set yet. */
static int set_range(bool online[], int nr_cpus, unsigned int first, unsigned int last)
{
	int count = 0;

	for (unsigned int cpu = first; cpu <= last && cpu < (unsigned int)nr_cpus; cpu++) {
		count += !online[cpu];
		online[cpu] = true;
	}
	return count;
}

int cpus__read_list(FILE *list, bool online[], int nr_cpus)
{
	unsigned int first, last;
	int count = 0, next;

	for (int cpu = 0; cpu < nr_cpus; cpu++)
		online[cpu] = false;
	do {
		if (fscanf(list, "%u", &first) != 1)
			return -EINVAL;
		last = first;
		next = getc(list);
		if (next == '-') {
			if (fscanf(list, "%u", &last) != 1 || last < first)
				return -EINVAL;
			next = getc(list);
		}
		count += set_range(online, nr_cpus, first, last);
	} while (next == ',');
	return next == '\n' || next == EOF ? count : -EINVAL;
}

void cpus__online(bool online[], int nr_cpus)
{
	FILE *list = fopen(ONLINE_PATH, "re");
	int count = list ? cpus__read_list(list, online, nr_cpus) : -errno;

	if (list)
		fclose(list);
	if (count <= 0)
		set_range(online, nr_cpus, 0, nr_cpus - 1);
}

void cpus__deal(const bool online[], int nr_cpus, size_t nr_rings, size_t ring_of[])
{
	size_t next = 0;

	for (int cpu = 0; cpu < nr_cpus; cpu++)
		if (online[cpu])
			ring_of[cpu] = next++ % nr_rings;
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		if (!online[cpu])
			ring_of[cpu] = next++ % nr_rings;
}
