/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SIFTR 1.3.0 log as a sequence of events, each line checked for its form;
 * what lines mean together is validate.h's business. Reads files and streams
 * in bulk; no line has to fit memory, the flow list comes entry by entry.
 */
#ifndef SIFTR_LOG_READER_H
#define SIFTR_LOG_READER_H

#include <stdbool.h>
#include <linux/types.h>

#include "log/defect.h"
#include "log/input.h"
#include "log/pairs.h"
#include "log/scan.h"

enum reader_kind {
	READER_END,	   /* of the input */
	READER_HEADER,	   /* header */
	READER_DATA,	   /* data: all of it is right */
	READER_BAD_DATA,   /* data.direction alone: 'i', 'o' or 0 where it cannot be told */
	READER_FOOTER,	   /* counts: the pairs before the flow list */
	READER_TUPLE,	   /* tuple: one entry of the flow list, without its comma */
	READER_FOOTER_END, /* always follows a footer */
	READER_UNKNOWN,	   /* a line of no kind, or torn by the end of the input */
};

struct reader_event {
	enum reader_kind kind;
	unsigned int defects; /* reported for this event */
	__u64 line;	      /* counted from 1 */
	/* READER_UNKNOWN: a footer without a flow list; READER_FOOTER_END: the list was cut. */
	bool footer_cut;
	union {
		struct pairs_header header;
		struct scan_line data;
		__u64 counts[FOOTER_COUNTS];
		struct {
			const char *text;
			size_t bytes;
			__u64 number; /* counted from 1 */
		} tuple;
	};
};

struct reader {
	struct input input;
	struct defect_sink sink;
	__u64 line;
	__u64 entry; /* of the flow list being read, counted from 1; 0: none is */
	bool list_cut;
};

/* Reads from `fd`, which stays the caller's. 0 or -ENOMEM. */
int reader__open(struct reader *reader, int fd, const struct defect_sink *sink);
void reader__close(struct reader *reader);

/*
 * What comes next, to look at before it is read: NULL within a flow list, else a window
 * of INPUT_WINDOW bytes or, before the end, fewer. A failed read is reader__next()'s.
 */
const char *reader__peek(struct reader *reader, size_t *bytes);

/* Passes over the line that comes next and all behind it before a header. */
int reader__skip_run(struct reader *reader);

/*
 * The next event; pointers in it are good until the next call. Blocks on a
 * stream. 0, or the negative errno of a failed read.
 */
int reader__next(struct reader *reader, struct reader_event *event);

#endif
