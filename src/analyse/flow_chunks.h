/* SPDX-License-Identifier: BSD-2-Clause */
/* Flows by their index, in chunks, so that they never move. */
#ifndef SIFTR_ANALYSE_FLOW_CHUNKS_H
#define SIFTR_ANALYSE_FLOW_CHUNKS_H

#include <stddef.h>

#include "analyse/flow_analysis.h"

#define CHUNK_FLOWS 256

struct flow_chunk {
	struct flow_chunk *before; /* the one that was added before; NULL: this is the first */
	struct flow_analysis flows[CHUNK_FLOWS];
};

/* Zeros are no flows yet. */
struct flow_chunks {
	struct flow_chunk *newest;
	struct flow_chunk **chunks; /* all, by number */
	size_t nr_chunks;
};

/* There must be room for the flow. */
static inline struct flow_analysis *flow_chunks__at(const struct flow_chunks *chunks, size_t flow)
{
	return &chunks->chunks[flow / CHUNK_FLOWS]->flows[flow % CHUNK_FLOWS];
}

/* Makes room for so many flows and one more. 0 or -ENOMEM. */
int flow_chunks__make_room(struct flow_chunks *chunks, size_t nr_flows);

/* Frees the chunks, not what their flows own. */
void flow_chunks__free(struct flow_chunks *chunks);

#endif
