/* SPDX-License-Identifier: BSD-2-Clause */
/* The flight recorder of a run, from its options. */
#ifndef SIFTR_COMMANDS_RECORDING_H
#define SIFTR_COMMANDS_RECORDING_H

#include <linux/types.h>

#include "options/options.h"
#include "recorder/recorder.h"

struct recording {
	struct recorder *recorder; /* NULL: the run has none */
	struct recorder_settings settings;
	__u32 groups;	 /* SIFTR_GROUP_BIT() of the groups that its triggers look at */
	__u64 forget_ns; /* CLOCK_MONOTONIC time before which no idle flows are forgotten */
};

/* The set of fields that mark lines, with bit N for field N; NULL without --trigger. */
const __u64 *recording__marks(const struct options *options);

/* Reads the options of the flight recorder, if --trigger is given. 0 or -EINVAL, reported. */
int recording__choose(struct recording *recording, const struct options *options);

/*
 * Reserves the recorder's memory, if the run has one, for records of `record_bytes` with groups at
 * these offsets. 0 or -ENOMEM, reported. recording__close() may be called in both cases.
 */
int recording__open(struct recording *recording, const __u16 offsets[SIFTR_GROUPS],
		    __u32 record_bytes);
void recording__close(struct recording *recording);

#endif
