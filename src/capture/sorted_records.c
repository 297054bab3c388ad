// SPDX-License-Identifier: BSD-2-Clause
#include "capture/sorted_records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sorted_records__open(struct sorted_records *records, const struct ring_memory *memory)
{
	*records = (struct sorted_records){
		.before = calloc(1 + memory->entries + SORTED_RECORDS_AHEAD,
				 sizeof(*records->before)),
	};
	if (!records->before)
		return -ENOMEM;
	records->list = records->end = records->before + 1;
	return 0;
}

void sorted_records__close(struct sorted_records *records)
{
	free(records->before);
}

void sorted_records__insert(struct sorted_record *end, const struct siftr_record *record)
{
	__u64 time_ns = record->time_ns;

	for (; end[-1].time_ns > time_ns; end--)
		*end = end[-1];
	*end = (struct sorted_record){time_ns, record};
}

unsigned long sorted_records__drop_taken(struct sorted_records *records,
					 const struct sorted_record *next,
					 const struct ring_memory *memory, unsigned long begin,
					 unsigned long end)
{
	size_t left = records->end - next;

	if (next != records->list)
		memmove(records->list, next, left * sizeof(*next));
	records->end = records->list + left;
	for (next = records->list; next < records->end; next++) {
		unsigned long position = ring_memory__position(memory, next->record, begin);

		if (position < end)
			end = position;
	}
	return end;
}
