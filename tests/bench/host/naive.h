/* SPDX-License-Identifier: BSD-2-Clause */
/* A data line the way a typical tool writes it: inet_ntop and one fprintf. */
#ifndef SIFTR_BENCH_NAIVE_H
#define SIFTR_BENCH_NAIVE_H

#include <stdio.h>

#include "format/format.h"
#include "format/selection.h"

/*
 * Prints the row as a line of `format`, with the fields of `selection` after all columns, which
 * must be known; NULL: without fields.
 */
void naive__print(FILE *file, const struct row *row, enum format_id format,
		  const struct selection *selection);

#endif
