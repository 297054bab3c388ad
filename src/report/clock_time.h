/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Moments as people read them: the date and the time of day in UTC, whatever this host's zone, so
 * that they agree between hosts and with each other. A log may have no date: tcp_probe's times
 * count from its start. Times before 1971, or after the year 9999, which only a wrong log has, are
 * seconds instead.
 */
#ifndef SIFTR_REPORT_CLOCK_TIME_H
#define SIFTR_REPORT_CLOCK_TIME_H

#include <stdbool.h>

#include <linux/types.h>

/* Enough for any of them, with its NUL. */
#define CLOCK_TIME_BYTES 32

/* They take Unix time in microseconds, write to `text` and return it. */

/* "2023-11-14 22:13:20.001000", or "20.001000s" */
const char *clock_time__full(char text[CLOCK_TIME_BYTES], __u64 us);
/* "22:13:20.001000", or the full one if that is on another day than `other_us`. */
const char *clock_time__since(char text[CLOCK_TIME_BYTES], __u64 us, __u64 other_us);
/* "22:13:20", or "20s", with so many decimals, up to 6. */
const char *clock_time__brief(char text[CLOCK_TIME_BYTES], __u64 us, unsigned int decimals);

/* "2023-11-14", or "" */
const char *clock_time__date(char text[CLOCK_TIME_BYTES], __u64 us);

/* What is said after a moment: " UTC", or "" after one in seconds. */
const char *clock_time__zone(__u64 us);

/* Whether the two are on the same day, or have no date both. */
bool clock_time__same_day(__u64 one_us, __u64 other_us);

#endif
