// SPDX-License-Identifier: BSD-2-Clause
#include "capture/flow_rests.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report/report.h"

/* How many rests of the iterator are read at once. */
#define BATCH 1024

static size_t memory_bytes(void)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (sizeof(struct siftr_memory) + page - 1) / page * page;
}

int flow_rests__open(const struct programs *programs, struct flow_rests *rests)
{
	void *memory = mmap(NULL, memory_bytes(), PROT_READ, MAP_SHARED,
			    programs__map_fd(programs, ".bss"), 0);

	if (memory == MAP_FAILED)
		return report_error(-errno, "map the flows' weights");
	rests->memory = memory;
	rests->iterator_fd = programs__iterator_fd(programs);
	if (rests->iterator_fd < 0)
		report_notice("this kernel cannot list the flows whose state is in a map: of those "
			      "open at the end the last packets are in no weight");
	return 0;
}

void flow_rests__close(struct flow_rests *rests)
{
	if (rests->memory)
		munmap((void *)rests->memory, memory_bytes());
	*rests = FLOW_RESTS_NONE;
}

/* A list that grows. */
struct rest_list {
	struct siftr_rest *rests;
	size_t count, room;
};

/* Makes room for BATCH rests more. Whether there was memory. */
static bool make_room(struct rest_list *list)
{
	struct siftr_rest *larger;

	if (list->room - list->count >= BATCH)
		return true;
	larger = realloc(list->rests, (2 * list->room + BATCH) * sizeof(*larger));
	if (!larger)
		return false;
	list->rests = larger;
	list->room = 2 * list->room + BATCH;
	return true;
}

static int add_slots(const struct siftr_memory *memory, struct rest_list *list)
{
	for (size_t i = 0; i < SIFTR_FLOW_SLOTS; i++) {
		const struct siftr_flow_state *flow = &memory->slots[i].flow;

		if (!memory->slots[i].sk || !siftr_flow_rest(flow))
			continue;
		if (!make_room(list))
			return -ENOMEM;
		list->rests[list->count++] = (struct siftr_rest){
			siftr_flow_rest(flow), flow->file ? flow->number : 0, flow->direction};
	}
	return 0;
}

/* The kernel returns complete rests only, as each is smaller than its buffer. */
static int add_iterated(int fd, struct rest_list *list)
{
	for (;;) {
		ssize_t bytes;

		if (!make_room(list))
			return -ENOMEM;
		bytes = read(fd, list->rests + list->count, BATCH * sizeof(*list->rests));
		if (bytes < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (bytes <= 0)
			return bytes ? -errno : 0;
		list->count += bytes / sizeof(*list->rests);
	}
}

static int by_flow(const void *a, const void *b)
{
	const struct siftr_rest *first = a, *second = b;

	return first->flow < second->flow ? -1 : first->flow > second->flow;
}

long flow_rests__read(const struct flow_rests *rests, struct siftr_rest **list)
{
	struct rest_list found = {};
	int err = 0;

	*list = NULL;
	if (!rests->memory)
		return 0;
	err = add_slots(rests->memory, &found);
	if (!err && rests->iterator_fd >= 0)
		err = add_iterated(rests->iterator_fd, &found);
	if (err) {
		free(found.rests);
		return report_error(err, "read the weights of the flows that are open");
	}
	if (found.count)
		qsort(found.rests, found.count, sizeof(*found.rests), by_flow);
	*list = found.rests;
	return (long)found.count;
}
