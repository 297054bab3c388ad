/* SPDX-License-Identifier: BSD-2-Clause */
/* Moments as people read them: the date and the time of day in UTC, whatever this host's zone. */
#ifndef SIFTR_REPORT_CLOCK_TIME_H
#define SIFTR_REPORT_CLOCK_TIME_H

#include <stdbool.h>

#include <linux/types.h>

/* Enough for any of them, with its NUL. */
#define CLOCK_TIME_BYTES 32

/* They take Unix time in microseconds, write to `text` and return it. After the year 9999, which
 * only a wrong log has, they write seconds: "300000000000.000000"; of the date none. */

/* "2023-11-14 22:13:20.001000" */
const char *clock_time__full(char text[CLOCK_TIME_BYTES], __u64 us);
/* "22:13:20.001000", or the full one if that is on another day than `other_us`. */
const char *clock_time__since(char text[CLOCK_TIME_BYTES], __u64 us, __u64 other_us);

/* "2023-11-14" */
const char *clock_time__date(char text[CLOCK_TIME_BYTES], __u64 us);

/* Whether the two are on the same day. */
bool clock_time__same_day(__u64 one_us, __u64 other_us);

#endif
