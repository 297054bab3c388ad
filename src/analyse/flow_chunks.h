/* SPDX-License-Identifier: BSD-2-Clause */
/* Flows by their index, in chunks, so that they never move. */
#ifndef SIFTR_ANALYSE_FLOW_CHUNKS_H
#define SIFTR_ANALYSE_FLOW_CHUNKS_H

#include <stddef.h>

#include "analyse/flow_analysis.h"

#define FIRST_CHUNK_FLOWS 256
#define CHUNKS_MAX	  24 /* room for 2^32 - FIRST_CHUNK_FLOWS flows: an index has 32 bits */

/* Zeros are no flows yet. Each chunk but the first has twice as many flows as the one before. */
struct flow_chunks {
	struct flow_analysis *chunks[CHUNKS_MAX];
	size_t nr_chunks;
};

/* There must be room for the flow. */
static inline struct flow_analysis *flow_chunks__at(const struct flow_chunks *chunks, size_t flow)
{
	/* Chunk N begins with flow (2^N - 1) * FIRST_CHUNK_FLOWS. */
	size_t index = flow + FIRST_CHUNK_FLOWS;
	unsigned int chunk = 63 - (unsigned int)__builtin_clzll(index / FIRST_CHUNK_FLOWS);

	return &chunks->chunks[chunk][index - ((size_t)FIRST_CHUNK_FLOWS << chunk)];
}

/* Makes room for so many flows and one more. 0 or -ENOMEM. */
int flow_chunks__make_room(struct flow_chunks *chunks, size_t nr_flows);

/* Frees the chunks, not what their flows own. */
void flow_chunks__free(struct flow_chunks *chunks);

#endif
