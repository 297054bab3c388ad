/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The members of a writer, for writer.c and the two files that implement parts of it,
 * write_error.c and writer_switch.c. All other files use writer.h and writer_switch.h.
 */
#ifndef SIFTR_OUTPUT_WRITER_STATE_H
#define SIFTR_OUTPUT_WRITER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "output/frames.h"
#include "output/lines.h"
#include "output/output.h"

/* At most the text of one frame, because each flush of a compressed log makes one. */
#define BUFFER_BYTES FRAMES_TEXT_MAX

enum writer_state {
	WRITER_WRITING,
	WRITER_FULL,
	WRITER_CLOSED,
};

struct writer {
	struct output output;
	struct output next; /* the next file, once it is open; fd -1: none */
	struct output old;  /* the previous file, until it is synced; fd -1: none */
	struct preallocate_limits limits;
	struct log_encoding encoding;
	enum writer_state state;
	__u64 footer_bytes; /* space to be kept for the footer */
	bool space_missed;  /* data lines are lost because space could not be reserved */
	bool skip_line;	    /* the line being committed has lost its beginning */
	bool text_lost;	    /* part of a header or footer was not written and is dropped */
	char open_line;	    /* 'i' or 'o' if the partly written line is such a data line, else 0 */
	int trouble;	    /* why data lines are lost, 0 or a negative errno */
	size_t open_bytes;  /* bytes already written of the first line in the buffer */
	size_t partial_bytes; /* bytes of a partial line at the end of the file, to be removed */
	size_t used;
	__u64 lost[SIFTR_DIRECTIONS];
	struct lines_observer observer; /* is called with lost data lines */
	char buffer[BUFFER_BYTES];
};

/* Whether text has not been written, other than data lines that are counted as lost. */
static inline bool writer_state__has_unwritten(const struct writer *writer)
{
	return writer->used || writer->partial_bytes || writer->text_lost;
}

#endif
