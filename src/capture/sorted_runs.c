// SPDX-License-Identifier: BSD-2-Clause
#include "capture/sorted_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64

int sorted_runs__open(struct sorted_runs *runs, const struct ring_memory *memory)
{
	*runs = (struct sorted_runs){
		.memory = memory,
		.list = calloc(memory->entries + 1, sizeof(*runs->list)),
		.head_ns = SORTED_RUNS_NO_TIME,
	};
	return runs->list ? 0 : -ENOMEM;
}

void sorted_runs__close(struct sorted_runs *runs)
{
	free(runs->list);
}

static inline __u64 time_at(const struct sorted_runs *runs, unsigned long pos)
{
	return ring_memory__record(runs->memory, pos)->time_ns;
}

/* Loads an entry into the cache again: with many rings it has been evicted since it was polled. */
static void prefetch(const struct sorted_runs *runs, unsigned long pos)
{
	const char *entry = ring_memory__entry(runs->memory, pos);

	for (size_t offset = 0; offset < runs->memory->entry_bytes; offset += CACHE_LINE)
		__builtin_prefetch(entry + offset);
}

static void update_head(struct sorted_runs *runs)
{
	runs->head_ns = runs->first < runs->count ? time_at(runs, runs->list[runs->first].pos)
						  : SORTED_RUNS_NO_TIME;
}

/* Makes room for `count` runs before index `i` of the list; the caller fills them in. */
static struct sorted_run *insert_runs(struct sorted_runs *runs, size_t i, size_t count)
{
	struct sorted_run *inserted = &runs->list[i];

	memmove(inserted + count, inserted, (runs->count - i) * sizeof(*inserted));
	runs->count += count;
	return inserted;
}

/*
 * Position in the run before which a record of `time_ns` belongs. The run begins no later than
 * that.
 */
static unsigned long find_split(const struct sorted_runs *runs, const struct sorted_run *run,
				__u64 time_ns)
{
	unsigned long split = run->end;

	while (split - run->pos > 1 && time_at(runs, split - 1) > time_ns)
		split--;
	return split;
}

/* Adds the record at `pos` after or into run `i`, which it may split. */
static void add_after(struct sorted_runs *runs, size_t i, unsigned long pos)
{
	const struct sorted_run alone = {pos, pos + 1};
	struct sorted_run *before = &runs->list[i];
	unsigned long end = before->end;

	before->end = find_split(runs, before, time_at(runs, pos));
	if (before->end != end) {
		struct sorted_run *inserted = insert_runs(runs, i + 1, 2);

		inserted[0] = alone;
		inserted[1] = (struct sorted_run){before->end, end};
	} else if (end == pos) {
		before->end = alone.end;
	} else {
		*insert_runs(runs, i + 1, 1) = alone;
	}
}

void sorted_runs__add(struct sorted_runs *runs, unsigned long pos)
{
	__u64 time_ns = time_at(runs, pos);
	size_t i = runs->count;

	while (i > runs->first && time_at(runs, runs->list[i - 1].pos) > time_ns)
		i--;
	if (i > runs->first)
		add_after(runs, i - 1, pos);
	else
		*insert_runs(runs, i, 1) = (struct sorted_run){pos, pos + 1};
	update_head(runs);
}

static void append(struct sorted_runs *runs, unsigned long pos, unsigned long end)
{
	struct sorted_run *last = &runs->list[runs->count];

	if (runs->count > runs->first && last[-1].end == pos) {
		last[-1].end = end;
		return;
	}
	*last = (struct sorted_run){pos, end};
	runs->count++;
	update_head(runs);
}

unsigned long sorted_runs__add_run(struct sorted_runs *runs, unsigned long pos, unsigned long end)
{
	/* A copy, because members of *runs would be read again after each acquiring load. */
	const struct ring_memory memory = *runs->memory;
	unsigned long run_end = pos;
	__u64 newest_ns = 0;

	if (runs->count > runs->first)
		newest_ns = time_at(runs, runs->list[runs->count - 1].end - 1);
	while (run_end != end && ring_memory__is_committed(&memory, run_end)) {
		__u64 time_ns = ring_memory__record(&memory, run_end)->time_ns;

		if (time_ns < newest_ns)
			break;
		newest_ns = time_ns;
		run_end++;
	}
	if (run_end != pos)
		append(runs, pos, run_end);
	return run_end;
}

size_t sorted_runs__take(struct sorted_runs *runs, __u64 until_ns,
			 const struct siftr_record *records[], size_t max)
{
	struct sorted_run *run = &runs->list[runs->first];
	unsigned long pos = run->pos, end = run->end;
	size_t count = 0;

	if (runs->first == runs->count)
		return 0;
	while (count < max && pos != end && time_at(runs, pos) <= until_ns) {
		records[count] = ring_memory__record(runs->memory, pos);
		/* direction indexes the counter arrays; records with an invalid value are skipped.
		 */
		count += records[count]->direction < SIFTR_DIRECTIONS;
		pos++;
	}
	run->pos = pos;
	prefetch(runs, pos + 2);
	runs->first += pos == end;
	update_head(runs);
	return count;
}

unsigned long sorted_runs__drop_taken(struct sorted_runs *runs, unsigned long end)
{
	size_t left = runs->count - runs->first;

	memmove(runs->list, runs->list + runs->first, left * sizeof(*runs->list));
	runs->first = 0;
	runs->count = left;
	for (size_t i = 0; i < left; i++)
		if (runs->list[i].pos < end)
			end = runs->list[i].pos;
	return end;
}
