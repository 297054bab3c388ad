/* SPDX-License-Identifier: BSD-2-Clause */
/* Times and sizes as people read them, with three or four digits. */
#ifndef SIFTR_REPORT_HUMAN_H
#define SIFTR_REPORT_HUMAN_H

#include <linux/types.h>

/* Enough for any of them, with its NUL. */
#define HUMAN_BYTES 24

/* They write to `text` and return it: "812us", "20.4ms", "3.210s"; "980B",
 * "14.1KiB", "2.0MiB". */
const char *human__time(char text[HUMAN_BYTES], __u64 us);
const char *human__size(char text[HUMAN_BYTES], __u64 bytes);
/* The same, but they return the end of the text, where its NUL is. */
char *human__write_time(char *out, __u64 us);
char *human__write_size(char *out, __u64 bytes);
/* "1234" */
const char *human__whole(char text[HUMAN_BYTES], __u64 number);
/* Unix time in seconds, with all six decimals: "1700000000.001000". */
const char *human__moment(char text[HUMAN_BYTES], __u64 us);

/*
 * Writes a number from 0 to below 2^50 with `decimals`, at most 3, as "%.*f" does, and no NUL.
 * Returns the end of the text.
 */
char *human__rounded(char *out, double number, unsigned int decimals);

#endif
