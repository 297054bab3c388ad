/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps the memory that the loaded programs share with this process: settings down, counters up. */
#ifndef SIFTR_CAPTURE_SHARED_H
#define SIFTR_CAPTURE_SHARED_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>
#include <siftr/mapped_ring.h>
#include <siftr/settings.h>

#include "capture/programs.h"
#include "filter/filter.h"

struct shared {
	struct siftr_live *live;
	struct siftr_filter *filter;
	const struct siftr_memory *memory;
	const struct siftr_rings *rings; /* NULL without mapped rings */
	int nr_counters;		 /* those sets of counters that are used */
	size_t nr_rings;		 /* of the mapped rings, those that are used */
	bool holds;   /* whether the slots of flows are summed, see shared__set_ppl() */
	bool steered; /* the filters may change */
	__u32 on;     /* of siftr_live.on, while the programs trace: SIFTR_ON or SIFTR_FILTERING */
	__u32 fronts; /* SIFTR_FRONT() of hooks, in addition */
};

/*
 * `nr_rings` is the number of rings that have been opened. 0 or a negative errno, reported. Call
 * shared__close() on success and on failure.
 */
int shared__open(const struct programs *programs, int nr_cpus, size_t nr_rings,
		 struct shared *shared);

/* Does nothing if `shared` is all zero. */
void shared__close(struct shared *shared);

/*
 * Sums over all CPUs and rings the outcomes from `first` to `last` of a direction into `counts`, by
 * outcome.
 */
void shared__read_counts(const struct shared *shared, int direction, int first, int last,
			 __u64 counts[]);

/* Sums the counters of all CPUs and rings into `sum`. */
void shared__read_counters(const struct shared *shared, struct siftr_counters *sum);

/*
 * Sets the first values of the filters. They may change later if `steered`, which is how programs
 * with SIFTR_FILTER_SWITCHED have to be.
 */
void shared__begin_filter(struct shared *shared, const struct filter_values *values, bool steered);

/* Has the verdict of every flow decided again, with the filters SIFTR_FILTER_LIVE. */
void shared__renew_verdicts(const struct shared *shared);

/*
 * Sets other values of filters that may change. A packet of the moment may meet old values and new
 * ones. 0 or -ENOMEM, unreported.
 */
int shared__set_filter(struct shared *shared, const struct filter_values *values);

/*
 * Sets ppl, see struct siftr_live. Unless it was ever another one than 1, samplers leave out no
 * packet: so `holds` may be false until then, and the many slots are not read.
 */
void shared__set_ppl(struct shared *shared, __u32 ppl);

/* Asks for a wakeup, SIFTR_WAKE_*, or for none with 0, before rings and counters are looked at. */
void shared__want_wakeup(const struct shared *shared, __u32 request);

/*
 * Turns all programs on or off at once; `on` is SIFTR_OFF, SIFTR_ON, SIFTR_FILTERING or
 * SIFTR_SELFTEST.
 */
void shared__turn(const struct shared *shared, __u32 on);

/* Has the program work that was attached in front of the hook's first one, see hook_fronts.h. */
void shared__add_front(struct shared *shared, __u32 hook);

#endif
