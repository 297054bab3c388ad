// SPDX-License-Identifier: BSD-2-Clause
/*
 * Per-processor clocks (tsc) order records correctly only while they agree. The kernel's watchdog
 * checks that and replaces an unstable one by a clock that all processors share.
 */
#include "capture/clock_source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <siftr/array_size.h>

#define CLOCK_SOURCE_PATH "/sys/devices/system/clocksource/clocksource0/current_clocksource"

static const char shared_and_slow[] =
	"slow to read, and the same for all processors: the kernel has found nothing better, or "
	"has marked the processors' own clock (tsc) unstable";
static const char coarse[] =
	"moves only with each tick: packets within one tick have the same time";

static const struct {
	const char *name;
	const char *remark;
} remarks[] = {
	{"hpet", shared_and_slow}, {"acpi_pm", shared_and_slow}, {"pit", shared_and_slow},
	{"jiffies", coarse},	   {"refined-jiffies", coarse},
};

int clock_source__read(char *name, size_t bytes)
{
	FILE *file = fopen(CLOCK_SOURCE_PATH, "re");
	int err = 0;

	if (!file)
		return -errno;
	if (fgets(name, bytes, file))
		name[strcspn(name, "\n")] = '\0';
	else
		err = ferror(file) ? -errno : -ENODATA;
	fclose(file);
	return err;
}

const char *clock_source__remark(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(remarks); i++)
		if (!strcmp(name, remarks[i].name))
			return remarks[i].remark;
	return NULL;
}
