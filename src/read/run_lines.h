/* SPDX-License-Identifier: BSD-2-Clause */
/* Remembers where runs of a log begin, and finds the first that has no footer. */
#ifndef SIFTR_READ_RUN_LINES_H
#define SIFTR_READ_RUN_LINES_H

#include <linux/types.h>

struct run_lines {
	__u64 header; /* line of the header if the run has no footer yet, else 0 */
	__u64 killed; /* line of the first header whose run has no footer; 0: none */
};

/* The log ends, or another run begins. */
static inline void run_lines__end(struct run_lines *run)
{
	if (!run->killed)
		run->killed = run->header;
	run->header = 0;
}

/* A header is in line `line`, which is not 0. */
static inline void run_lines__begin(struct run_lines *run, __u64 line)
{
	run_lines__end(run);
	run->header = line;
}

static inline void run_lines__footer(struct run_lines *run)
{
	run->header = 0;
}

#endif
