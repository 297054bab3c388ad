/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flight recorder with records that a test makes, of which those that come out are kept as flow
 * and number. Its trigger is that a flow enters recovery.
 */
#ifndef SIFTR_TESTS_SCRIPTED_RECORDER_H
#define SIFTR_TESTS_SCRIPTED_RECORDER_H

#include "recorder/recorder.h"

#include "test.h"

#define RECORDED_MAX 65536

extern struct recorder *recorder;
/* The time of the last packet, how many there were, and the oldest that may still come out. */
extern __u64 now_ns, added, oldest_ns;

/* The lines that came out: flow and number of the packet, its episode and what it fired. */
extern struct recorded_line {
	__u32 flow, number, episode, fired;
} recorded[RECORDED_MAX];
extern size_t nr_recorded;

/* Begins anew with these values of --before and --after, and so many bytes of memory. */
void begin_recorder(const char *before, const char *after, __u64 memory);
/* Frees it, as cmocka takes the end of a group. */
int free_recorder(void **state);

/* A packet of a flow, 1 ms after the one before. Takes the lines that come out. */
void record_packet(__u32 flow, __u32 number, bool recovers);
void record_packets(__u32 flow, __u32 first, __u32 last);
void take_lines(void);

__u64 sum_of(const __u64 of[SIFTR_DIRECTIONS]);
/* Records that are kept back. */
__u64 held_records(void);

/* Asserts that the lines from `from` on are the packets from `first` to `last` of a flow. */
void assert_recorded(size_t from, __u32 flow, __u32 first, __u32 last);

#endif
