// SPDX-License-Identifier: BSD-2-Clause
#include "capture/sorted_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_BYTES STRETCHES_ENTRY_BYTES

int sorted_runs__open(struct sorted_runs *stretches, const struct ring_memory *memory)
{
	*stretches = (struct sorted_runs){
		.data = memory->data,
		.mask = memory->bytes - 1,
		.list = calloc(memory->bytes / ENTRY_BYTES + 1, sizeof(*stretches->list)),
		.head_ns = STRETCHES_END_OF_TIME,
	};
	return stretches->list ? 0 : -ENOMEM;
}

void sorted_runs__close(struct sorted_runs *stretches)
{
	free(stretches->list);
}

static inline const struct siftr_record *record_at(const struct sorted_runs *stretches,
						   unsigned long pos)
{
	return (const void *)((const char *)sorted_runs__entry(stretches, pos) +
			      BPF_RINGBUF_HDR_SZ);
}

static inline __u64 time_at(const struct sorted_runs *stretches, unsigned long pos)
{
	return record_at(stretches, pos)->time_ns;
}

static void find_head(struct sorted_runs *stretches)
{
	stretches->head_ns = stretches->first < stretches->count
				     ? time_at(stretches, stretches->list[stretches->first].pos)
				     : STRETCHES_END_OF_TIME;
}

/* Makes `count` places before number `i`. */
static struct sorted_run *make_room(struct sorted_runs *stretches, size_t i, size_t count)
{
	struct sorted_run *place = &stretches->list[i];

	memmove(place + count, place, (stretches->count - i) * sizeof(*place));
	stretches->count += count;
	return place;
}

/* Where in a stretch that begins no later than `time_ns` that time belongs. */
static unsigned long find_split(const struct sorted_runs *stretches,
				const struct sorted_run *stretch, __u64 time_ns)
{
	unsigned long split = stretch->end;

	while (split - stretch->pos > ENTRY_BYTES &&
	       time_at(stretches, split - ENTRY_BYTES) > time_ns)
		split -= ENTRY_BYTES;
	return split;
}

static void add_behind(struct sorted_runs *stretches, size_t i, unsigned long pos)
{
	const struct sorted_run alone = {pos, pos + ENTRY_BYTES};
	struct sorted_run *before = &stretches->list[i];
	unsigned long end = before->end;

	before->end = find_split(stretches, before, time_at(stretches, pos));
	if (before->end != end) {
		struct sorted_run *place = make_room(stretches, i + 1, 2);

		place[0] = alone;
		place[1] = (struct sorted_run){before->end, end};
	} else if (end == pos) {
		before->end = alone.end;
	} else {
		*make_room(stretches, i + 1, 1) = alone;
	}
}

void sorted_runs__add(struct sorted_runs *stretches, unsigned long pos)
{
	__u64 time_ns = time_at(stretches, pos);
	size_t i = stretches->count;

	while (i > stretches->first && time_at(stretches, stretches->list[i - 1].pos) > time_ns)
		i--;
	if (i > stretches->first)
		add_behind(stretches, i - 1, pos);
	else
		*make_room(stretches, i, 1) = (struct sorted_run){pos, pos + ENTRY_BYTES};
	find_head(stretches);
}

static void append(struct sorted_runs *stretches, unsigned long pos, unsigned long end)
{
	struct sorted_run *last = &stretches->list[stretches->count];

	if (stretches->count > stretches->first && last[-1].end == pos) {
		last[-1].end = end;
		return;
	}
	*last = (struct sorted_run){pos, end};
	stretches->count++;
	find_head(stretches);
}

unsigned long sorted_runs__add_run(struct sorted_runs *stretches, unsigned long pos,
				   unsigned long end)
{
	unsigned long run = pos;
	__u64 newest_ns = 0;

	if (stretches->count > stretches->first)
		newest_ns =
			time_at(stretches, stretches->list[stretches->count - 1].end - ENTRY_BYTES);
	while (end - run >= ENTRY_BYTES &&
	       __atomic_load_n(sorted_runs__entry(stretches, run), __ATOMIC_ACQUIRE) ==
		       sizeof(struct siftr_record)) {
		__u64 time_ns = time_at(stretches, run);

		if (time_ns < newest_ns)
			break;
		newest_ns = time_ns;
		run += ENTRY_BYTES;
	}
	if (run != pos)
		append(stretches, pos, run);
	return run;
}

size_t sorted_runs__take(struct sorted_runs *stretches, __u64 until_ns,
			 const struct siftr_record *records[], size_t max)
{
	struct sorted_run *stretch = &stretches->list[stretches->first];
	unsigned long pos = stretch->pos, end = stretch->end;
	size_t count = 0;

	if (stretches->first == stretches->count)
		return 0;
	while (count < max && pos != end && time_at(stretches, pos) <= until_ns) {
		records[count] = record_at(stretches, pos);
		/* Counts are kept by it, so that another value would be written beside them. */
		count += records[count]->direction < SIFTR_DIRECTIONS;
		pos += ENTRY_BYTES;
	}
	stretch->pos = pos;
	stretches->first += pos == end;
	find_head(stretches);
	return count;
}

unsigned long sorted_runs__forget_taken(struct sorted_runs *stretches, unsigned long end)
{
	size_t left = stretches->count - stretches->first;

	memmove(stretches->list, stretches->list + stretches->first,
		left * sizeof(*stretches->list));
	stretches->first = 0;
	stretches->count = left;
	for (size_t i = 0; i < left; i++)
		if (stretches->list[i].pos < end)
			end = stretches->list[i].pos;
	return end;
}
