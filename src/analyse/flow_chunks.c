// SPDX-License-Identifier: BSD-2-Clause
/*
 * A chunk is taken at once but used little by little: until then its pages take no memory. Huge
 * pages would save the search for pages, but where the host of a virtual machine has to back them
 * first, clearing them takes longer than that.
 */
#include "analyse/flow_chunks.h"

#include <errno.h>
#include <stdlib.h>

int flow_chunks__make_room(struct flow_chunks *chunks, size_t nr_flows)
{
	size_t count = (size_t)FIRST_CHUNK_FLOWS << chunks->nr_chunks;
	struct flow_analysis *chunk;

	if (nr_flows + FIRST_CHUNK_FLOWS < count)
		return 0;
	if (chunks->nr_chunks == CHUNKS_MAX)
		return -ENOMEM;
	chunk = calloc(count, sizeof(*chunk));
	if (!chunk)
		return -ENOMEM;
	chunks->chunks[chunks->nr_chunks++] = chunk;
	return 0;
}

void flow_chunks__free(struct flow_chunks *chunks)
{
	for (size_t i = 0; i < chunks->nr_chunks; i++)
		free(chunks->chunks[i]);
	*chunks = (struct flow_chunks){};
}
