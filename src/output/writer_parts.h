/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of the writer share: the buffer before an output, and how far the
 * output has got.
 */
#ifndef SIFTR_OUTPUT_WRITER_PARTS_H
#define SIFTR_OUTPUT_WRITER_PARTS_H

#include "output/output.h"
#include "output/writer.h"

#define BUFFER_BYTES (256 * 1024)

enum writer_state {
	WRITER_WRITING,
	WRITER_FULL,
	WRITER_CLOSED,
};

struct writer {
	struct output output;
	struct output next; /* the file to go on in; descriptor -1: there is none */
	struct output old;  /* the file before, until it is on the disk; likewise */
	struct preallocate_limits limits;
	enum writer_state state;
	__u64 footer_bytes; /* to be held behind the lines */
	bool space_missed;  /* the trouble is that space could not be held */
	bool skip_line;	    /* the line being committed has lost its beginning */
	bool text_lost;	    /* part of a header or footer reached no file */
	char open_line;	    /* 'i' or 'o' if the open line is such a data line, else 0 */
	int trouble;	    /* why data lines are lost, 0 or negative errno */
	size_t open_bytes;  /* of the buffer's first line, already in the output */
	size_t torn_bytes;  /* at the end of the file, still to be cut off */
	size_t used;
	__u64 lost[SIFTR_DIRECTIONS];
	char buffer[BUFFER_BYTES];
};

/* Takes the first `bytes` out of the buffer. */
void write_error__forget(struct writer *writer, size_t bytes);

/* Removes the torn end that a failed write left in the file. 0 or negative errno. */
int write_error__cut_torn_line(struct writer *writer);

/* After a write failed with `err` when `done` bytes had got through; returns `err`. */
int write_error__begin(struct writer *writer, int err, size_t done);

/* For good: every line is lost of which not all got through, `done` bytes more of it now. */
void write_error__abandon(struct writer *writer, size_t done);

/* A file whose last line has no end gets one. */
void rotate__begin_file(struct writer *writer);

/* Closes a next file that is not wanted. */
void rotate__drop_next(struct writer *writer);

#endif
