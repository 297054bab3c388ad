/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Killed runs out of the way: the log of a killed run is renamed to LOG.SECONDS.MICROSECONDS,
 * the name of its checkpoint without the suffix, so that the next run need not wait for a
 * repair. The repair finds it by that name.
 */
#ifndef SIFTR_REPAIR_SET_ASIDE_H
#define SIFTR_REPAIR_SET_ASIDE_H

#include <limits.h>

#include <linux/types.h>

#include "output/log_path.h"

struct set_aside {
	char path[PATH_MAX]; /* the new name; "" where nothing was set aside */
	__u64 last_ns;	     /* Unix time the killed run last wrote, as far as is known */
};

/*
 * Renames `log` if a checkpoint says that its run was killed, and nobody is writing it.
 * 0, or a negative errno after a report.
 */
int set_aside__killed_run(const struct log_path *log, struct set_aside *aside);

/*
 * Calls `repair` for each file that was set aside for `log` and has its checkpoint. The
 * highest of its results, 0 where there is none, or a negative errno after a report.
 */
int set_aside__repair_each(const struct log_path *log, int (*repair)(const char *file));

#endif
