// SPDX-License-Identifier: BSD-2-Clause
/* The kernel lists CPUs in sysfs: those that are online, and those that ever can be. */
#include "capture/cpus.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include <siftr/record.h>

#define ONLINE_PATH   "/sys/devices/system/cpu/online"
#define POSSIBLE_PATH "/sys/devices/system/cpu/possible"

/*
 * Reads one range of a list, such as "2-3" or "5", and the character after it, which is returned;
 * -EINVAL if there is no range.
 */
static int read_range(FILE *list, unsigned int *first, unsigned int *last)
{
	int next;

	if (fscanf(list, "%u", first) != 1)
		return -EINVAL;
	*last = *first;
	next = getc(list);
	if (next != '-')
		return next;
	if (fscanf(list, "%u", last) != 1 || *last < *first || *last >= INT_MAX)
		return -EINVAL;
	return getc(list);
}

static bool ends_list(int character)
{
	return character == '\n' || character == EOF;
}

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
		next = read_range(list, &first, &last);
		if (next != -EINVAL)
			count += set_range(online, nr_cpus, first, last);
	} while (next == ',');
	return ends_list(next) ? count : -EINVAL;
}

int cpus__read_end(FILE *list)
{
	unsigned int first, last, end = 0;
	int next;

	do {
		next = read_range(list, &first, &last);
		if (next != -EINVAL && last >= end)
			end = last + 1;
	} while (next == ',');
	return ends_list(next) ? (int)end : -EINVAL;
}

int cpus__possible(void)
{
	FILE *list = fopen(POSSIBLE_PATH, "re");
	int end = list ? cpus__read_end(list) : -errno;

	if (list)
		fclose(list);
	return end > 0 ? end : (int)sysconf(_SC_NPROCESSORS_CONF);
}

int cpus__counter_sets(int nr_cpus)
{
	int nr_sets = 1;

	while (nr_sets < SIFTR_COUNTER_SLOTS && nr_sets < CPUS_COUNTER_SETS * nr_cpus)
		nr_sets *= 2;
	return nr_sets;
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
