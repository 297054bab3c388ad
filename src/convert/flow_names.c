// SPDX-License-Identifier: BSD-2-Clause
#include "convert/flow_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 1024U

/*
 * The most numbers that may be missing between the last one stored and a new one: more than
 * announcements that arrive out of order leave out.
 */
#define GAP_MAX (1U << 20)

static int grow(struct flow_names *names, size_t count)
{
	size_t room = names->room ? names->room : FIRST_ROOM;
	__u32 *positions;

	while (room < count)
		room *= 2;
	if (room == names->room)
		return 0;
	positions = realloc(names->positions, room * sizeof(*positions));
	if (!positions)
		return -ENOMEM;
	names->positions = positions;
	names->room = room;
	return 0;
}

int flow_names__set(struct flow_names *names, __u32 number, __u32 position)
{
	size_t i = (__u32)(number - names->first);

	if (i >= names->count) {
		if (i - names->count > GAP_MAX)
			return -EINVAL;
		if (grow(names, i + 1))
			return -ENOMEM;
		memset(names->positions + names->count, 0xff,
		       (i - names->count) * sizeof(*names->positions));
		names->count = i + 1;
	}
	names->positions[i] = position;
	return 0;
}

void flow_names__forget(struct flow_names *names, __u32 number)
{
	size_t forgotten = (__u32)(number - names->first);

	if (forgotten > names->count)
		return;
	names->count -= forgotten;
	names->first = number;
	if (names->count)
		memmove(names->positions, names->positions + forgotten,
			names->count * sizeof(*names->positions));
}
