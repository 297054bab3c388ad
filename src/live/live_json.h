/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints snapshots for programs: one JSON object a line. Sizes are in bytes, times in microseconds,
 * rates in bytes a second, that of retransmissions in segments a second.
 */
#ifndef SIFTR_LIVE_LIVE_JSON_H
#define SIFTR_LIVE_LIVE_JSON_H

#include <stdio.h>

#include "live/live_model.h"

void live_json__print(FILE *stream, const struct live_snapshot *snapshot);

#endif
