/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a stand's text as a log and writes its rows in another format, as convert does. */
#ifndef SIFTR_BENCH_CONVERSION_H
#define SIFTR_BENCH_CONVERSION_H

#include "format/format.h"
#include "stand.h"

/* CPU time in ns for each line. The stand has its text from ways__check(). Exits on failure. */
double conversion__run(const struct stand *stand, const struct format *to);

#endif
