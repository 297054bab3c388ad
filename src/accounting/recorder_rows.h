/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows that the flight recorder adds to the packet accounting. */
#ifndef SIFTR_ACCOUNTING_RECORDER_ROWS_H
#define SIFTR_ACCOUNTING_RECORDER_ROWS_H

#include <stdio.h>

#include "recorder/recorder_counts.h"

/* Prints the rows of the table, by `print_row`. */
void recorder_rows__print(const struct recorder_counts *counts, FILE *stream,
			  void (*print_row)(FILE *stream, const char *label, __u64 in, __u64 out));

/* Writes the counts of one direction, each as a member of a JSON object with a comma before it. */
void recorder_rows__write_json(const struct recorder_counts *counts, int direction, FILE *stream);

#endif
