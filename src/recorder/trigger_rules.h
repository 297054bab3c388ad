/* SPDX-License-Identifier: BSD-2-Clause */
/* The value of --trigger: what has to happen to a flow before it is logged. */
#ifndef SIFTR_RECORDER_TRIGGER_RULES_H
#define SIFTR_RECORDER_TRIGGER_RULES_H

#include <linux/types.h>

#include "recorder/trigger_names.h"

#define TRIGGER_BIT(kind) (1U << TRIGGER_##kind)

/* The largest N of "N retransmissions within T": so many times are kept of each flow. */
#define TRIGGER_RETRANSMITS_MAX 64

struct trigger_rules {
	__u32 kinds;	   /* TRIGGER_BIT() of each trigger that was named */
	__u32 retransmits; /* retransmits:N/T: N, 2 to TRIGGER_RETRANSMITS_MAX */
	__u32 srtt_ratio;  /* srtt:Nx: N, 2 or more */
	__u32 cwnd;	   /* cwnd:N: N segments */
	__u64 within_ns;   /* retransmits:N/T: T */
	__u64 stall_ns;
	__u64 srtt_us;
};

/*
 * Parses a list of triggers with commas between them; each may be named once. 0, or -EINVAL, which
 * has been reported.
 */
int trigger_rules__parse(const char *list, struct trigger_rules *rules);

/* SIFTR_GROUP_BIT() of the groups of fields that the triggers look at. */
__u32 trigger_rules__groups(const struct trigger_rules *rules);

#endif
