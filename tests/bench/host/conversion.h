/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a stand's text as a log and writes its rows in another format, as convert does, or analyses
 * its flows, as flows does.
 */
#ifndef SIFTR_BENCH_CONVERSION_H
#define SIFTR_BENCH_CONVERSION_H

#include "stand.h"

struct conversion {
	int contest; /* whose text is converted */
	enum format_id format;
	bool analyse; /* instead */
	bool gzip;    /* the text is compressed as gzip(1) does */
	int more;     /* so many times more in the log, for flows of several lines each */
	const char *name;
};

/*
 * Returns the CPU time in ns for each line. ways__check() must have given the stand its text. Exits
 * on failure.
 */
double conversion__run(const struct stand *stand, const struct conversion *conversion);

#endif
