// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/flow_chunks.h"

#include <errno.h>
#include <stdlib.h>

int flow_chunks__make_room(struct flow_chunks *chunks, size_t nr_flows)
{
	struct flow_chunk **grown, *chunk;

	if (nr_flows < chunks->nr_chunks * CHUNK_FLOWS)
		return 0;
	grown = realloc(chunks->chunks, (chunks->nr_chunks + 1) * sizeof(struct flow_chunk *));
	if (!grown)
		return -ENOMEM;
	chunks->chunks = grown;
	chunk = calloc(1, sizeof(*chunk));
	if (!chunk)
		return -ENOMEM;
	chunk->before = chunks->newest;
	chunks->newest = grown[chunks->nr_chunks++] = chunk;
	return 0;
}

void flow_chunks__free(struct flow_chunks *chunks)
{
	while (chunks->newest) {
		struct flow_chunk *chunk = chunks->newest;

		chunks->newest = chunk->before;
		free(chunk);
	}
	free(chunks->chunks);
	*chunks = (struct flow_chunks){};
}
