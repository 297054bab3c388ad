/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SIFTR 1.3.0 log as a sequence of events, each line checked for its form;
 * what lines mean together is validate.h's business. Reads files and streams
 * in bulk; no line has to fit memory, the flow list comes entry by entry.
 */
#ifndef SIFTR_READ_LINE_PARSER_H
#define SIFTR_READ_LINE_PARSER_H

#include <stdbool.h>
#include <linux/types.h>

#include "read/buffered_reader.h"
#include "read/key_values.h"
#include "read/field_parser.h"
#include "report/diagnostic.h"

enum line_kind {
	LINE_END,	     /* of the input */
	LINE_HEADER,	     /* header */
	LINE_DATA,	     /* data: all of it is right */
	LINE_MALFORMED_DATA, /* data.direction alone: 'i', 'o' or 0 where it cannot be told */
	LINE_FOOTER,	     /* counts: the pairs before the flow list */
	LINE_TUPLE,	     /* tuple: one entry of the flow list, without its comma */
	LINE_FOOTER_END,     /* always follows a footer */
	LINE_UNKNOWN,	     /* a line of no kind, or truncated by the end of the input */
};

struct line_event {
	enum line_kind kind;
	unsigned int defects; /* reported for this event */
	__u64 line;	      /* counted from 1 */
	/* LINE_UNKNOWN: a footer without a flow list; LINE_FOOTER_END: the list was cut. */
	bool footer_truncated;
	union {
		struct header_values header;
		struct data_line data;
		__u64 counts[FOOTER_COUNTS];
		struct {
			const char *text;
			size_t bytes;
			__u64 number; /* counted from 1 */
		} tuple;
	};
};

struct line_parser {
	struct buffered_reader input;
	struct diagnostic_sink sink;
	__u64 line;
	__u64 entry; /* of the flow list being read, counted from 1; 0: none is */
	bool list_truncated;
};

/* Reads from `fd`, which stays the caller's. 0 or -ENOMEM. */
int line_parser__open(struct line_parser *reader, int fd, const struct diagnostic_sink *sink);
void line_parser__close(struct line_parser *reader);

/*
 * What comes next, to look at before it is read: NULL within a flow list, else a window
 * of READER_WINDOW_BYTES bytes or, before the end, fewer. A failed read is line_parser__next()'s.
 */
const char *line_parser__peek(struct line_parser *reader, size_t *bytes);

/* Passes over the line that comes next and all behind it before a header. */
int line_parser__skip_run(struct line_parser *reader);

/*
 * The next event; pointers in it are good until the next call. Blocks on a
 * stream. 0, or the negative errno of a failed read.
 */
int line_parser__next(struct line_parser *reader, struct line_event *event);

#endif
