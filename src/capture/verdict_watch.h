/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watches for changes that a hook cannot have told: a connection may have another congestion
 * control, and what its flow remembers of --cc be outdated, if the kernel skipped a run of the
 * hook's program or called no programs for a while. All flows then have to be decided again.
 */
#ifndef SIFTR_CAPTURE_VERDICT_WATCH_H
#define SIFTR_CAPTURE_VERDICT_WATCH_H

#include <stdbool.h>
#include <linux/types.h>

/* Set to zero before the first call. */
struct verdict_watch {
	bool off;
	__u64 skipped;
};

/*
 * Whether what flows remember may be outdated since the last call. `off`: a switch of the kernel
 * is off, so that it calls no programs; `skipped`: runs of the hook's program that the kernel has
 * skipped so far.
 */
bool verdict_watch__poll(struct verdict_watch *watch, bool off, __u64 skipped);

#endif
