/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets after the last line of each flow that is open when tracing ends, where lines have
 * weights: read from the programs' memory and, for flows without a slot there, by an iterator over
 * the map that has their state. It is opened while the process has its privileges.
 */
#ifndef SIFTR_CAPTURE_FLOW_RESTS_H
#define SIFTR_CAPTURE_FLOW_RESTS_H

#include <stddef.h>
#include <siftr/record.h>

#include "capture/programs.h"

struct flow_rests {
	const struct siftr_memory *memory; /* NULL: lines have no weights */
	int iterator_fd;		   /* -1: this kernel has no such iterator */
};

#define FLOW_RESTS_NONE ((struct flow_rests){NULL, -1})

/* 0 or a negative errno, reported. Call flow_rests__close() on success and on failure. */
int flow_rests__open(const struct programs *programs, struct flow_rests *rests);

/*
 * Reads the rests of all flows into *list, sorted by the flows' numbers; the caller frees it. Once
 * only, after the programs were turned off. Returns their number or a negative errno, reported.
 */
long flow_rests__read(const struct flow_rests *rests, struct siftr_rest **list);

void flow_rests__close(struct flow_rests *rests);

#endif
