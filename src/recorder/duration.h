/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations as a user writes them: a whole number and a unit, such as 500ms. */
#ifndef SIFTR_RECORDER_DURATION_H
#define SIFTR_RECORDER_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* The units, for messages. */
#define DURATION_UNITS "us, ms, s, m or h"

/* The longest duration that is accepted. */
#define DURATION_MAX_HOURS 1000

/*
 * Reads a whole number of at most ten digits at the beginning of `text`, of `bytes` bytes. Returns
 * the number of digits; 0 if there are none or too many.
 */
size_t duration__digits(const char *text, size_t bytes, __u64 *number);

/*
 * Reads `text`, of `bytes` bytes, as a duration of 1 us to DURATION_MAX_HOURS into *ns. False if it
 * is none.
 */
bool duration__parse(const char *text, size_t bytes, __u64 *ns);

#endif
