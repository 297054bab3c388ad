// SPDX-License-Identifier: BSD-2-Clause
#include "capture/sorted_records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sorted_records__open(struct sorted_records *records, const struct ring_memory *memory)
{
	*records = (struct sorted_records){
		.list = calloc(memory->entries + SORTED_RECORDS_AHEAD, sizeof(*records->list)),
	};
	return records->list ? 0 : -ENOMEM;
}

void sorted_records__close(struct sorted_records *records)
{
	free(records->list);
}

void sorted_records__insert(const struct sorted_record *first, struct sorted_record *end,
			    __u64 time_ns, unsigned long pos)
{
	for (; end > first && end[-1].time_ns > time_ns; end--)
		*end = end[-1];
	*end = (struct sorted_record){time_ns, pos};
}

unsigned long sorted_records__drop_taken(struct sorted_records *records, unsigned long end)
{
	size_t left = records->count - records->first;

	if (records->first)
		memmove(records->list, records->list + records->first,
			left * sizeof(*records->list));
	records->first = 0;
	records->count = left;
	records->last_ns = left ? records->list[left - 1].time_ns : 0;
	for (size_t i = 0; i < left; i++)
		if (records->list[i].pos < end)
			end = records->list[i].pos;
	return end;
}
