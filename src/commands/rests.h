/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets after a flow's last line, where lines have weights. Of flows that end they come as
 * records from the BPF programs, of flows that are still open when tracing ends from its memory.
 */
#ifndef SIFTR_COMMANDS_RESTS_H
#define SIFTR_COMMANDS_RESTS_H

#include <stddef.h>
#include <siftr/record.h>

#include "capture/tracer.h"
#include "commands/run_counts.h"

struct rests {
	struct siftr_rest
		*list; /* of flows open at the end, by their numbers; freed by last_lines__log() */
	size_t count;
};

/*
 * Counts the last lines among the records. A flow that ends after rests__read() has its last line
 * there and needs no other.
 */
void rests__note(struct rests *rests, struct run_counts *counts,
		 const struct siftr_record *const records[], size_t count);

/* Reads the packets of the flows that are open, after the programs were turned off. */
void rests__read(struct rests *rests, const struct tracer *tracer);

#endif
