/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which limit of a ledger held when, in bounded memory: when there are more parts than the limit,
 * time is divided into equal slices, and what is shorter than a slice becomes one part with the
 * other short parts of that slice, with the limit that held longest in them.
 */
#ifndef SIFTR_PAGE_STRIP_H
#define SIFTR_PAGE_STRIP_H

#include <stddef.h>
#include <linux/types.h>

struct strip_part {
	__u64 begin_us, end_us;
	__u32 limit; /* number of the limit in its ledger, below STRIP_LIMITS */
};

#define STRIP_LIMITS 32

struct strip {
	size_t limit;	/* the most parts that are kept, at least 4; set by the caller */
	size_t count;	/* parts, in their order */
	__u64 slice_us; /* 0: all parts were kept */
	struct strip_part *parts;
	size_t room;
};

/* Adds a part that begins where the last one ended or later; an empty one is left out. 0 or
 * -ENOMEM. */
int strip__add(struct strip *strip, __u64 begin_us, __u64 end_us, __u32 limit);

/* Puts another limit in place of those since `begin_us`. 0 or -ENOMEM. */
int strip__replace(struct strip *strip, __u64 begin_us, __u64 end_us, __u32 limit);

/* Merges until at most `limit` parts are left; a smaller limit is kept from now on. */
void strip__set_limit(struct strip *strip, size_t limit);

void strip__free(struct strip *strip);

#endif
