/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a line costs in each format, plain and compressed: ns of the formatter and writer, and
 * bytes.
 */
#ifndef SIFTR_BENCH_LINES_H
#define SIFTR_BENCH_LINES_H

#include "contests.h"

/* Opens the formats, plain or compressed, for which the name of the figure contains `only`. */
void lines__open(struct bench *bench, const char *only);
/* Writes one ring of records in each open format and adds the time to its series. */
void lines__run(struct bench *bench);
/* Adds as figures the bytes of a line in each open format, and of a packet's record in the ring. */
void lines__add_figures(struct bench *bench);
void lines__close(struct bench *bench);

#endif
