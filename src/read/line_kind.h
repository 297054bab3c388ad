/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises tables, and the logs of ttprobe and tcp_probe, which have no header, by a line. */
#ifndef SIFTR_READ_LINE_KIND_H
#define SIFTR_READ_LINE_KIND_H

#include <stddef.h>

#include "read/dialect_kind.h"

/*
 * The kind of file that begins with the line `text`, of which the '\n' is part unless it is cut
 * short: DIALECT_CSV, DIALECT_JSONL, DIALECT_TABLE, DIALECT_TTPROBE, DIALECT_TCP_PROBE, else
 * DIALECT_UNKNOWN.
 */
enum dialect_kind line_kind__of(const char *text, size_t bytes);

/* The columns that tell whose packet a row is, and when: a table without one of them has no flows.
 */
#define LINE_KIND_REQUIRED 6
extern const char *const line_kind_required[LINE_KIND_REQUIRED];

/* Which of them the first line of a table lacks: bit i for line_kind_required[i]. */
unsigned int line_kind__lacking(const char *text, size_t bytes);

/* Number of columns of a data line of any SIFTR 1; 0 if `text` is no data line, or incomplete. */
unsigned int line_kind__nr_columns(const char *text, size_t bytes);

#endif
