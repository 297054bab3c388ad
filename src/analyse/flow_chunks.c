// SPDX-License-Identifier: BSD-2-Clause
/*
 * A chunk is taken at once but used little by little: until then its pages take no memory. Rows of
 * many flows come in any order, so that nearly each needs other pages: huge ones save the search
 * for them.
 */
#include "analyse/flow_chunks.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* In a smaller chunk huge pages would waste more memory than they save time. */
#define HUGE_CHUNK_BYTES (4U << 20)
#define PAGE_BYTES	 4096U

/* It is well without huge pages, too: some kernels have none. */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
	size_t offset = -(uintptr_t)memory % PAGE_BYTES;

	if (bytes >= HUGE_CHUNK_BYTES)
		madvise((char *)memory + offset, bytes - PAGE_BYTES, MADV_HUGEPAGE);
}

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
	ask_for_huge_pages(chunk, count * sizeof(*chunk));
	chunks->chunks[chunks->nr_chunks++] = chunk;
	return 0;
}

void flow_chunks__free(struct flow_chunks *chunks)
{
	for (size_t i = 0; i < chunks->nr_chunks; i++)
		free(chunks->chunks[i]);
	*chunks = (struct flow_chunks){};
}
