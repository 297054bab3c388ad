/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads records from all rings, of either kind, in time order, straight from mapped memory. It
 * works in passes: a pass returns every record up to the watermark, which no later record can
 * precede, and then frees their space.
 */
#ifndef SIFTR_CAPTURE_DRAIN_H
#define SIFTR_CAPTURE_DRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "capture/ring_memory.h"

/*
 * How far the time given to drain__begin() stays behind the clock. The programs' clock may differ
 * from this process's, and between processors, for the moment in which the kernel adjusts it: by
 * the change of its speed, for NTP 0.05 %, times the time since the last tick. With a kernel ring
 * it also covers that a reservation may become visible late, where the programs have no full
 * barrier. SIFTR_ANNOUNCED_NS is added because the times of announcements are set back by that.
 */
#define ORDER_MARGIN_NS (10000ULL + SIFTR_ANNOUNCED_NS)

struct drain;

/*
 * Copies `rings`, at most SIFTR_RINGS_MAX; the mapped memory must outlive the drain. NULL when out
 * of memory. drain__free() accepts NULL and does not unmap the rings.
 */
struct drain *drain__new(const struct ring_memory *rings, size_t nr_rings);
void drain__free(struct drain *drain);

/*
 * Begins a pass. `now_ns` is clock__monotonic_ns(), read just before the call, less
 * ORDER_MARGIN_NS: a record that is reserved afterwards has a later time. Does not block.
 */
void drain__begin(struct drain *drain, __u64 now_ns);

/*
 * The next records of the pass in time order: up to `max` of them, 0 when none is left. They stay
 * valid until drain__end(). Entries of an unexpected size are skipped; whatever the rings contain,
 * nothing outside them is read.
 */
size_t drain__next(struct drain *drain, const struct siftr_record *records[], size_t max);

/* Ends the pass: frees the space of every record that was returned. */
void drain__end(struct drain *drain);

/*
 * CLOCK_MONOTONIC time that separates the records of the passes up to now from those of later ones,
 * once drain__next() has returned 0: none returned so far is later, none still to come is earlier.
 */
__u64 drain__watermark_ns(const struct drain *drain);

/* True if the rings hold nothing, not even an uncommitted record. */
bool drain__is_empty(const struct drain *drain);

#endif
