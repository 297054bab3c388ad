/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The defects of one log that is read, and with -v the notes on it: all are counted, and the first
 * 20 of each are printed.
 */
#ifndef SIFTR_COMMANDS_FINDINGS_H
#define SIFTR_COMMANDS_FINDINGS_H

#include "report/diagnostic.h"

struct findings {
	const char *file;
	__u64 defects, notes;
};

/* Notes are printed with -v only. `findings` must live as long as the sink. */
struct diagnostic_sink findings__sink(struct findings *findings);

/* At the end of the file: prints how many more there were. */
void findings__print_rest(const struct findings *findings);

#endif
