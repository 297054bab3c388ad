// SPDX-License-Identifier: BSD-2-Clause
#include "page/strip.h"

#include <errno.h>
#include <stdlib.h>

#define ROOM_AT_FIRST 8

static __u64 length(const struct strip_part *part)
{
	return part->end_us - part->begin_us;
}

/* The parts from `first` to before the returned index are short and begin in the same slice. */
static size_t end_of_slice(const struct strip *strip, size_t first, __u64 slice_us)
{
	size_t end = first + 1;

	if (length(&strip->parts[first]) >= slice_us)
		return end;
	while (end < strip->count && length(&strip->parts[end]) < slice_us &&
	       strip->parts[end].begin_us / slice_us == strip->parts[first].begin_us / slice_us)
		end++;
	return end;
}

/* One part for those from `first` to before `end`. */
static struct strip_part merged(const struct strip *strip, size_t first, size_t end)
{
	struct strip_part part = strip->parts[first];
	__u64 us[STRIP_LIMITS] = {};

	for (size_t i = first; i < end; i++) {
		__u32 limit = strip->parts[i].limit;

		us[limit] += length(&strip->parts[i]);
		if (us[limit] > us[part.limit])
			part.limit = limit;
	}
	part.end_us = strip->parts[end - 1].end_us;
	return part;
}

static void merge(struct strip *strip, __u64 slice_us)
{
	size_t to = 0, end;

	for (size_t first = 0; first < strip->count; first = end) {
		struct strip_part part;

		end = end_of_slice(strip, first, slice_us);
		part = merged(strip, first, end);
		if (to && strip->parts[to - 1].limit == part.limit &&
		    strip->parts[to - 1].end_us == part.begin_us)
			strip->parts[to - 1].end_us = part.end_us;
		else
			strip->parts[to++] = part;
	}
	strip->count = to;
	strip->slice_us = slice_us;
}

void strip__set_limit(struct strip *strip, size_t limit)
{
	/* Parts that came since the last time are not merged yet: the same slices may be enough. */
	for (__u64 slice = strip->slice_us ? strip->slice_us : 1; strip->count > limit; slice *= 2)
		merge(strip, slice);
	if (limit < strip->limit)
		strip->limit = limit;
}

static int make_room(struct strip *strip)
{
	size_t room = strip->room ? 2 * strip->room : ROOM_AT_FIRST;
	struct strip_part *parts = realloc(strip->parts, room * sizeof(*parts));

	if (!parts)
		return -ENOMEM;
	strip->parts = parts;
	strip->room = room;
	return 0;
}

int strip__add(struct strip *strip, __u64 begin_us, __u64 end_us, __u32 limit)
{
	struct strip_part *last = strip->count ? &strip->parts[strip->count - 1] : NULL;

	if (end_us <= begin_us)
		return 0;
	if (last && last->limit == limit && last->end_us == begin_us) {
		last->end_us = end_us;
		return 0;
	}
	if (strip->count >= strip->limit) {
		size_t most = strip->limit;

		strip__set_limit(strip, most / 2);
		strip->limit = most;
	}
	if (strip->count == strip->room && make_room(strip))
		return -ENOMEM;
	strip->parts[strip->count++] = (struct strip_part){begin_us, end_us, limit};
	return 0;
}

int strip__replace(struct strip *strip, __u64 begin_us, __u64 end_us, __u32 limit)
{
	while (strip->count && strip->parts[strip->count - 1].begin_us >= begin_us)
		strip->count--;
	if (strip->count && strip->parts[strip->count - 1].end_us > begin_us)
		strip->parts[strip->count - 1].end_us = begin_us;
	return strip__add(strip, begin_us, end_us, limit);
}

void strip__free(struct strip *strip)
{
	free(strip->parts);
	strip->parts = NULL;
	strip->count = strip->room = 0;
}
