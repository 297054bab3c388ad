// SPDX-License-Identifier: BSD-2-Clause
#include "read/seek_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/little_endian.h"
#include "read/seek_table_layout.h"

#define FIRST_ROOM 1024

struct frame {
	__u32 bytes[2]; /* in the file and of text, 32 bits as in the seek table */
};

struct seek_table {
	struct frame *frames;
	size_t nr_frames, frames_room;
	__u64 bytes[2]; /* in the file and of text, of the frame that has begun */
	char *kept;	/* the frame's magic number, and all of the frame if it may be a table */
	size_t kept_bytes, kept_room;
	bool last_is_table; /* the frame that ended last is in `kept` and has a table's magic */
	bool out_of_memory;
};

struct seek_table *seek_table__new(void)
{
	struct seek_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->frames_room = FIRST_ROOM;
	table->kept_room = FIRST_ROOM;
	table->frames = malloc(FIRST_ROOM * sizeof(*table->frames));
	table->kept = malloc(FIRST_ROOM);
	if (table->frames && table->kept)
		return table;
	seek_table__free(table);
	return NULL;
}

void seek_table__free(struct seek_table *table)
{
	if (!table)
		return;
	free(table->frames);
	free(table->kept);
	free(table);
}

/* Makes room for `count` elements of `size` bytes at *memory. Returns whether there was memory. */
static bool grow(void **memory, size_t *room, size_t count, size_t size)
{
	size_t more = *room;
	void *grown;

	while (more < count)
		more *= 2;
	if (more == *room)
		return true;
	grown = realloc(*memory, more * size);
	if (!grown)
		return false;
	*memory = grown;
	*room = more;
	return true;
}

/*
 * Whether the frame that has begun may be a seek table: it has the magic number and is not longer
 * than entries with checksums for all frames would make it.
 */
static bool may_be_table(const struct seek_table *table)
{
	size_t longest =
		SEEK_TABLE_HEADER_BYTES + SEEK_TABLE_FOOTER_BYTES +
		(table->nr_frames + 1) * (SEEK_TABLE_ENTRY_BYTES + SEEK_TABLE_CHECKSUM_BYTES);

	return little_endian__u32(table->kept) == SEEK_TABLE_SKIPPABLE_MAGIC &&
	       table->kept_bytes <= longest;
}

/* Keeps the first four bytes of a frame, and the others only if they may be a seek table's. */
static void keep(struct seek_table *table, const char *file, size_t bytes)
{
	size_t some = sizeof(__u32) - table->kept_bytes;

	if (table->kept_bytes < sizeof(__u32)) {
		some = some < bytes ? some : bytes;
		memcpy(table->kept + table->kept_bytes, file, some);
		table->kept_bytes += some;
		file += some;
		bytes -= some;
	}
	if (!bytes || !may_be_table(table))
		return;
	if (!grow((void **)&table->kept, &table->kept_room, table->kept_bytes + bytes, 1)) {
		table->out_of_memory = true;
		return;
	}
	memcpy(table->kept + table->kept_bytes, file, bytes);
	table->kept_bytes += bytes;
}

static void end_frame(struct seek_table *table)
{
	table->last_is_table = table->kept_bytes >= SEEK_TABLE_HEADER_BYTES && may_be_table(table);
	if (!grow((void **)&table->frames, &table->frames_room, table->nr_frames + 1,
		  sizeof(*table->frames))) {
		table->out_of_memory = true;
		return;
	}
	table->frames[table->nr_frames++] =
		(struct frame){{(__u32)table->bytes[0], (__u32)table->bytes[1]}};
	memset(table->bytes, 0, sizeof(table->bytes));
}

void seek_table__take(struct seek_table *table, const char *file, size_t bytes, size_t text_bytes,
		      bool ended)
{
	if (table->out_of_memory)
		return;
	if (!table->bytes[0])
		table->kept_bytes = 0;
	keep(table, file, bytes);
	table->bytes[0] += bytes;
	table->bytes[1] += text_bytes;
	if (ended && table->bytes[0])
		end_frame(table);
}

/* Compares the entries, `entry_bytes` each, with the frames before the table. */
static void judge_entries(const struct seek_table *table, size_t entry_bytes,
			  struct seek_table_verdict *verdict)
{
	const char *entry = table->kept + SEEK_TABLE_HEADER_BYTES;

	verdict->state = SEEK_TABLE_GOOD;
	for (__u64 i = 0; i < verdict->frames; i++, entry += entry_bytes) {
		verdict->listed[0] = little_endian__u32(entry);
		verdict->listed[1] = little_endian__u32(entry + sizeof(__u32));
		memcpy(verdict->found, table->frames[i].bytes, sizeof(verdict->found));
		if (!memcmp(verdict->listed, verdict->found, sizeof(verdict->found)))
			continue;
		verdict->state = SEEK_TABLE_ENTRY;
		verdict->entry = i + 1;
		return;
	}
}

int seek_table__judge(const struct seek_table *table, struct seek_table_verdict *verdict)
{
	const char *footer;
	size_t entry_bytes;
	unsigned int flags;

	*verdict = (struct seek_table_verdict){.frames = table->nr_frames};
	if (table->out_of_memory)
		return -ENOMEM;
	if (!table->nr_frames || !table->last_is_table)
		return 0;
	verdict->frames--;
	verdict->state = SEEK_TABLE_MALFORMED;
	if (table->kept_bytes < SEEK_TABLE_HEADER_BYTES + SEEK_TABLE_FOOTER_BYTES)
		return 0;
	footer = table->kept + table->kept_bytes - SEEK_TABLE_FOOTER_BYTES;
	flags = (unsigned char)footer[4];
	entry_bytes = SEEK_TABLE_ENTRY_BYTES +
		      (flags & SEEK_TABLE_FLAG_CHECKSUM ? SEEK_TABLE_CHECKSUM_BYTES : 0);
	verdict->entry = little_endian__u32(footer);
	if (little_endian__u32(footer + 5) != SEEK_TABLE_MAGIC ||
	    flags & SEEK_TABLE_FLAGS_RESERVED ||
	    table->kept_bytes != SEEK_TABLE_HEADER_BYTES + verdict->entry * entry_bytes +
					 SEEK_TABLE_FOOTER_BYTES)
		return 0;
	if (verdict->entry != verdict->frames)
		verdict->state = SEEK_TABLE_COUNT;
	else
		judge_entries(table, entry_bytes, verdict);
	return 0;
}

bool seek_table__describe(const struct seek_table_verdict *verdict, char *what, size_t bytes)
{
	switch (verdict->state) {
	case SEEK_TABLE_NONE:
	case SEEK_TABLE_GOOD:
		return false;
	case SEEK_TABLE_MALFORMED:
		snprintf(what, bytes, "the seek table at the end of the file is malformed");
		return true;
	case SEEK_TABLE_COUNT:
		snprintf(what, bytes,
			 "the seek table at the end of the file lists %llu frames, not %llu",
			 verdict->entry, verdict->frames);
		return true;
	case SEEK_TABLE_ENTRY:
		snprintf(what, bytes,
			 "the seek table lists frame %llu with %u bytes and %u of text, not %u "
			 "and %u",
			 verdict->entry, verdict->listed[0], verdict->listed[1], verdict->found[0],
			 verdict->found[1]);
		return true;
	}
	return false;
}
