/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a stand's text as a log and writes its rows in another format, as convert does. */
#ifndef SIFTR_BENCH_CONVERSION_H
#define SIFTR_BENCH_CONVERSION_H

#include "format/format.h"
#include "stand.h"

/*
 * Returns the CPU time in ns for each line. ways__check() must have given the stand its text. Exits
 * on failure.
 */
double conversion__run(const struct stand *stand, const struct format *to);

#endif
