/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that loaded programs share with this process: settings down, counters up. */
#ifndef SIFTR_CAPTURE_SHARED_H
#define SIFTR_CAPTURE_SHARED_H

#include <linux/types.h>
#include <siftr/record.h>

#include "capture/programs.h"

struct shared {
	struct siftr_live *live;
	const struct siftr_counters *counters; /* SIFTR_COUNTER_SLOTS of them */
	int nr_slots;			       /* those that a CPU uses */
};

/* Maps it. 0 or a negative errno, reported; shared__close() in both cases. */
int shared__open(const struct programs *programs, int nr_cpus, struct shared *shared);

/* One that was never opened, all zero, is fine. */
void shared__close(struct shared *shared);

/* Sums the counters of all CPUs into `sum`. */
void shared__read_counters(const struct shared *shared, struct siftr_counters *sum);

/* Turns all programs on or off at once. */
void shared__turn(const struct shared *shared, int on);

#endif
