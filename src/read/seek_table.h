/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the seek table at the end of a zstd file with the frames before it: the format that zstd
 * calls seekable (zstd's contrib/seekable_format). seek_table__take() is called with each part of
 * the file as it is decompressed. Memory grows by 8 bytes a frame.
 */
#ifndef SIFTR_READ_SEEK_TABLE_H
#define SIFTR_READ_SEEK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

enum seek_table_state {
	SEEK_TABLE_NONE, /* the file does not end with a seek table */
	SEEK_TABLE_GOOD,
	SEEK_TABLE_MALFORMED, /* its own size, number of entries or flags are wrong */
	SEEK_TABLE_COUNT,     /* it has another number of entries than the file has frames */
	SEEK_TABLE_ENTRY,     /* an entry has other sizes than its frame */
};

/* What the table says of the frames, and what they are. */
struct seek_table_verdict {
	enum seek_table_state state;
	__u64 frames; /* in the file, the table not counted */
	__u64 entry;  /* number of the wrong one, from 1; of SEEK_TABLE_COUNT how many are listed */
	__u32 listed[2], found[2]; /* of SEEK_TABLE_ENTRY: bytes in the file and of text */
};

struct seek_table;

/* NULL when out of memory. */
struct seek_table *seek_table__new(void);
/* Accepts NULL. */
void seek_table__free(struct seek_table *table);

/*
 * Takes the next `bytes` of the file, which are of one frame and became `text_bytes` of text; each
 * may be 0. `ended` says that this completes the frame.
 */
void seek_table__take(struct seek_table *table, const char *file, size_t bytes, size_t text_bytes,
		      bool ended);

/*
 * Sets *verdict; to be called at the end of the file. 0, or -ENOMEM if seek_table__take() was once
 * out of memory.
 */
int seek_table__judge(const struct seek_table *table, struct seek_table_verdict *verdict);

/*
 * Writes to `what`, of `bytes` bytes, what is wrong with the table. Returns false, and writes
 * nothing, if nothing is wrong or there is no table.
 */
bool seek_table__describe(const struct seek_table_verdict *verdict, char *what, size_t bytes);

#endif
