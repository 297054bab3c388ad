/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renames the log of a killed run, so that the next run can begin without waiting for a repair. The
 * new name is LOG.SECONDS.MICROSECONDS, which is that of the log's checkpoint without
 * ".checkpoint": repair finds renamed logs by their checkpoints.
 */
#ifndef SIFTR_REPAIR_SET_ASIDE_H
#define SIFTR_REPAIR_SET_ASIDE_H

#include <limits.h>

#include <linux/types.h>

#include "output/log_path.h"

struct set_aside {
	char path[PATH_MAX]; /* the new name; "" if nothing was renamed */
	__u64 last_ns;	     /* when the killed run last wrote, Unix time: the gap begins */
};

/*
 * Renames `log` if it has the checkpoint of a killed run and is not being written, and fills
 * `aside`. 0, also if nothing was renamed, or a negative errno, reported.
 */
int set_aside__killed_run(const struct log_path *log, struct set_aside *aside);

/*
 * Calls `repair` with the path of each log that was renamed from `log` and has its checkpoint.
 * Returns the highest of its results, 0 if there is none, or a negative errno, reported.
 */
int set_aside__repair_each(const struct log_path *log, int (*repair)(const char *file));

#endif
