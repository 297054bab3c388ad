/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints snapshots as text for people. */
#ifndef SIFTR_LIVE_PLAIN_H
#define SIFTR_LIVE_PLAIN_H

#include <stdio.h>

#include "live/live_model.h"

/* The time has its date if that is not the one of `begin_us`, when the view began. */
void plain__print(FILE *stream, const struct live_snapshot *snapshot, __u64 begin_us);

/* Writes "12 connections, in 94.1Mbit/s, ...", what a snapshot says of all. Returns `text`. */
#define PLAIN_TOTALS_BYTES 256
const char *plain__totals(const struct live_snapshot *snapshot, char text[PLAIN_TOTALS_BYTES]);

#endif
