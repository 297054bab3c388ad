/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of options as text: for the help, and for the message about one that is not taken. */
#ifndef SIFTR_OPTIONS_OPTION_TEXT_H
#define SIFTR_OPTIONS_OPTION_TEXT_H

#include <stddef.h>
#include <linux/types.h>

struct option_row;

/* Enough for any size or integer, with its NUL. */
#define OPTION_VALUE_BYTES 24

#define OPTION_UNITS	   "KMGT"	 /* of a size: each is 1024 times the one before */
#define OPTION_SECONDS_MAX 1000000000ULL /* of an option in seconds */

/* Prints a number as a user would write it: "16M" for a size. */
void option_text__value(const struct option_row *row, __u64 value, char text[OPTION_VALUE_BYTES]);

/* Describes the values that the option takes, such as "a whole number from 1 to 65535". */
void option_text__takes(const struct option_row *row, char *text, size_t bytes);

#endif
