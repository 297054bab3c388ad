/* SPDX-License-Identifier: BSD-2-Clause */
/* What a line costs in each format, as it is and compressed: ns of the formatter and writer, bytes. */
#ifndef SIFTR_BENCH_LINES_H
#define SIFTR_BENCH_LINES_H

#include "contests.h"

/* Opens those whose name contains `only`. */
void lines__open(struct bench *bench, const char *only);
/* Gives each format one turn. */
void lines__run(struct bench *bench);
/* Adds the bytes of a line of each, and of a packet's record in the ring. */
void lines__add_figures(struct bench *bench);
void lines__close(struct bench *bench);

#endif
