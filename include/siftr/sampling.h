/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The samplers: which packets of a flow become lines. A packet becomes one if any of them chooses
 * it. ppl itself is not among these settings, because it may change while tracing.
 */
#ifndef SIFTR_SAMPLING_H
#define SIFTR_SAMPLING_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

enum siftr_watched {
#define WATCHED(name, alias, read) SIFTR_WATCH_##name,
#include <siftr/watched.def>
#undef WATCHED
	SIFTR_WATCHED
};

/* What --keep names: bits of options.keep, in the order of the samplers. */
#define SIFTR_KEEP_CLOSE       1 /* every packet in a closing state */
#define SIFTR_KEEP_OPEN	       2 /* the flow's first packet in ESTABLISHED */
#define SIFTR_KEEP_ZERO_WINDOW 4 /* while the window that either end offers is 0 */
#define SIFTR_KEEP_LOSS	       8 /* retransmissions, and where recovery or a tail loss probe changes */
#define SIFTR_KEEP_RST	       16
#define SIFTR_KEEPS	       5
#define SIFTR_KEEP_STATES      (SIFTR_KEEP_CLOSE | SIFTR_KEEP_OPEN) /* by the state alone */

/*
 * The samplers, in the order in which a packet passes those that are on: what needs more of the
 * connection than its state comes last.
 */
enum siftr_sampler {
	SIFTR_SAMPLER_NONE,
	SIFTR_SAMPLER_COUNT, /* counts the packets without a line, for ppl and weights */
	SIFTR_SAMPLER_EVERY,
	SIFTR_SAMPLER_CLOSE,
	SIFTR_SAMPLER_OPEN,
	SIFTR_SAMPLER_CHANGE, /* of the state, the first in watched.def; the others follow */
	SIFTR_SAMPLER_ZERO_WINDOW = SIFTR_SAMPLER_CHANGE + SIFTR_WATCHED,
	SIFTR_SAMPLER_LOSS,
	SIFTR_SAMPLER_RST,
	SIFTR_SAMPLERS
};

struct siftr_sampling {
	/*
	 * The next of the samplers that are on, after each of them; SIFTR_SAMPLER_NONE after the
	 * last. At SIFTR_SAMPLER_NONE stands the first: all are 0 if no sampler other than ppl is
	 * on.
	 */
	__u32 next[SIFTR_SAMPLERS + (SIFTR_SAMPLERS & 1)];
	__u64 every_ns;	   /* time between two lines of a flow */
	__u32 path;	   /* see below */
	__u32 every_ticks; /* for so many of the kernel's ticks after a line, 0 or more, the clock
			      need not be read: less than every_ns, see SIFTR_LATE_TICKS */
};

/*
 * How many ticks the kernel's count of them may be late: where the CPU that counts has stalled,
 * another one takes over after five (MAX_STALLED_JIFFIES), and two are to spare.
 */
#define SIFTR_LATE_TICKS 7

/*
 * siftr_sampling.path: which code of bpf/sampling_path.bpf.h decides on packets. Where one sampler
 * chooses all lines it is that one, to which SIFTR_PATH_COUNTED is added if lines have weights:
 * --every or a value that --on-change watches. For ppl it is SIFTR_SAMPLER_COUNT if lines have
 * weights, else SIFTR_SAMPLER_NONE, which is also without any sampler.
 */
#define SIFTR_PATH_SEVERAL SIFTR_SAMPLERS
#define SIFTR_PATH_COUNTED 0x100

/*
 * The value of siftr_live.ppl if other samplers are to choose all lines. So it is also the largest
 * weight; the programs compare with it in one instruction, as it has 31 bits.
 */
#define SIFTR_NO_PPL 0x7fffffff

/*
 * The value of siftr_live.ppl in place of 1 where there are other samplers: every packet becomes a
 * line, and passes them, so that they know the flow's last line if ppl rises.
 */
#define SIFTR_PPL_ALL 0

#endif
