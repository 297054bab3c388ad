/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the triggers, for the value of --trigger, its completion and the log. */
#ifndef SIFTR_RECORDER_TRIGGER_NAMES_H
#define SIFTR_RECORDER_TRIGGER_NAMES_H

#include <stdbool.h>
#include <linux/types.h>

enum trigger_kind {
	TRIGGER_RTO,
	TRIGGER_RETRANSMIT,
	TRIGGER_RETRANSMITS,
	TRIGGER_RECOVERY,
	TRIGGER_ZERO_WINDOW,
	TRIGGER_STALL,
	TRIGGER_RST,
	TRIGGER_SRTT,
	TRIGGER_SRTT_RATIO,
	TRIGGER_CWND,
	TRIGGER_CTL, /* by hand, at no record of its own: see recorder__fire() */
	TRIGGER_KINDS
};

struct trigger_name {
	const char *name; /* two kinds with the same name have different values */
	bool has_value;	  /* the name is followed by a colon and a value */
};

extern const struct trigger_name trigger_names[TRIGGER_KINDS];

/*
 * Name of a trigger in the log, such as "rto", at most SIFTR_TEXT_MAX bytes: of several of the set
 * `fired`, of bits 1 << kind, the first.
 */
const char *trigger_names__first(__u32 fired);

#endif
