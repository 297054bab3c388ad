/* SPDX-License-Identifier: BSD-2-Clause */
/* Silences in which several retransmission timeouts in a row had no answer. */
#ifndef SIFTR_ANALYSE_BLACKOUT_H
#define SIFTR_ANALYSE_BLACKOUT_H

#include <linux/types.h>

struct silence {
	__u64 begin_us; /* when data was acknowledged last */
	__u64 us;	/* until the last of its timeouts */
	__u32 timeouts;
};

/* Zeros are none yet. */
struct blackout {
	struct silence last;
	struct silence longest; /* of those with two timeouts or more */
	__u64 us;		/* all of these together */
	__u32 timeouts;
	struct silence alone; /* the longest with one timeout, before `last` */
};

/* A timeout at `end_us` has ended a silence of `us` since data was acknowledged last. */
void blackout__add(struct blackout *blackout, __u64 us, __u64 end_us);

/* The longest silence that ended with its first timeout. */
struct silence blackout__longest_alone(const struct blackout *blackout);

#endif
