/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs with --trigger recovery: rounds of packets of some flows, and what is in their logs. */
#ifndef SIFTR_TESTS_RECORDED_SESSION_H
#define SIFTR_TESTS_RECORDED_SESSION_H

#include "full_disk_run.h"

#define RECORDED_FLOWS 20

/* A run that writes the five packets before an accident and three after it. */
extern const struct options recording_options;

/* Begins a run on the scratch log, without faults and with unlimited disk space. */
void begin_recording(struct session *session, const struct options *options);

/* A packet of a flow, 1 ms after the one before. */
void send_to(struct session *session, __u32 flow, bool recovers);

/* A packet each of `count` flows, FLOWS_BATCH at most, all with a trigger and read at once. */
void send_to_all(struct session *session, __u32 first, __u32 count);

/*
 * Rounds in which every flow has a packet. In the last of them flow `accident` has its trigger; 0:
 * none.
 */
void play_accident(struct session *session, int rounds, __u32 accident);

/* Asserts that all records are accounted for: the lines, and those that were kept back. */
void assert_recorder_balanced(const struct accounting *accounting, __u64 lines, __u64 episodes);

/* How often the log with this suffix has the text. */
int count_text(const char *suffix, const char *text);

#endif
