/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring's records that are still to go, in order of time without being moved:
 * stretches of records that stand in a row and in order, mostly a single one,
 * which a record out of order splits. Part of the drain.
 */
#ifndef SIFTR_CAPTURE_SORTED_RUNS_H
#define SIFTR_CAPTURE_SORTED_RUNS_H

#include "capture/drain.h"

#include <linux/bpf.h>

/* Length word and page offset, before each record; see BPF_RINGBUF_HDR_SZ. */
#define STRETCHES_ENTRY_BYTES (BPF_RINGBUF_HDR_SZ + sizeof(struct siftr_record))
_Static_assert(STRETCHES_ENTRY_BYTES % 8 == 0, "the kernel rounds entries up to 8 bytes");

#define STRETCHES_END_OF_TIME (~0ULL)

/* Records without a gap, of times that never decrease; never empty. */
struct sorted_run {
	unsigned long pos; /* of the first record's header in the ring */
	unsigned long end;
};

struct sorted_runs {
	const char *data; /* of the ring */
	unsigned long mask;
	struct sorted_run *list; /* in order of time; first .. count are still to go */
	size_t first;
	size_t count;
	__u64 head_ns; /* of the next record to go; STRETCHES_END_OF_TIME for none */
};

static inline const __u32 *sorted_runs__entry(const struct sorted_runs *stretches,
					      unsigned long pos)
{
	return (const __u32 *)(stretches->data + (pos & stretches->mask));
}

/* 0 or -ENOMEM. */
int sorted_runs__open(struct sorted_runs *stretches, const struct ring_memory *memory);
void sorted_runs__close(struct sorted_runs *stretches);

/*
 * Adds the finished records that stand in a row from `pos` on, `end` at most, and are in
 * order and not older than any that is there. Returns where they end: `pos` for none.
 */
unsigned long sorted_runs__add_run(struct sorted_runs *stretches, unsigned long pos,
				   unsigned long end);

/* Adds one record of any time; of equal times the one added first stays first. */
void sorted_runs__add(struct sorted_runs *stretches, unsigned long pos);

/* The next records up to `until_ns`, at most `max`; those of no direction are left out. */
size_t sorted_runs__take(struct sorted_runs *stretches, __u64 until_ns,
			 const struct siftr_record *records[], size_t max);

/*
 * Between what was taken and what is added next. Returns the position of the first
 * record still to go, `end` for none.
 */
unsigned long sorted_runs__forget_taken(struct sorted_runs *stretches, unsigned long end);

#endif
