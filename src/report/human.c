// SPDX-License-Identifier: BSD-2-Clause
#include "report/human.h"

#include <stdio.h>
#include <siftr/time_units.h>

#define USEC_PER_MSEC 1000

const char *human__time(char text[HUMAN_BYTES], __u64 us)
{
	if (us < USEC_PER_MSEC)
		snprintf(text, HUMAN_BYTES, "%lluus", us);
	else if (us < USEC_PER_SEC)
		snprintf(text, HUMAN_BYTES, "%.1fms", (double)us / USEC_PER_MSEC);
	else
		snprintf(text, HUMAN_BYTES, "%.3fs", (double)us / USEC_PER_SEC);
	return text;
}

const char *human__size(char text[HUMAN_BYTES], __u64 bytes)
{
	static const char units[] = "KMGTPE";
	double scaled = (double)bytes;
	const char *unit = units;

	if (bytes < 1024) {
		snprintf(text, HUMAN_BYTES, "%llu", bytes);
		return text;
	}
	for (scaled /= 1024; scaled >= 1023.95 && unit[1]; unit++)
		scaled /= 1024;
	snprintf(text, HUMAN_BYTES, "%.1f%c", scaled, *unit);
	return text;
}

const char *human__moment(char text[HUMAN_BYTES], __u64 us)
{
	snprintf(text, HUMAN_BYTES, "%llu.%06llu", us / USEC_PER_SEC, us % USEC_PER_SEC);
	return text;
}
