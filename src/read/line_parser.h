/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a SIFTR 1.3.0 or 1.2.4 log as a sequence of events and checks the syntax of each line;
 * validate.h checks how lines agree. The flow list comes entry by entry, so no line has to fit in
 * memory.
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
	LINE_END,	     /* the end of the input */
	LINE_HEADER,	     /* a header; its values are in `header` */
	LINE_DATA,	     /* a well-formed data line; its values are in `data` */
	LINE_MALFORMED_DATA, /* a malformed data line; data.direction is 'i', 'o' or 0 if unreadable
			      */
	LINE_FOOTER,	     /* the pairs of a footer; its counts are in `counts` */
	LINE_TUPLE,	     /* one entry of the flow list; `tuple` is its text without the comma */
	LINE_FOOTER_END,     /* the end of a footer, after its flow list */
	LINE_UNKNOWN, /* neither header, data nor footer, or truncated by the end of the input */
};

struct line_event {
	enum line_kind kind;
	unsigned int defects; /* number of defects reported for this event */
	__u64 line;	      /* number of the line, counted from 1 */
	/* With LINE_UNKNOWN: a footer without flow list; with LINE_FOOTER_END: a truncated list. */
	bool footer_truncated;
	union {
		struct header_values header;
		struct data_line data;
		__u64 counts[FOOTER_COUNTS];
		struct {
			const char *text;
			size_t bytes;
			__u64 number; /* of the entry, counted from 1 */
		} tuple;
	};
};

struct line_parser {
	struct buffered_reader input;
	struct diagnostic_sink sink;
	__u64 line;
	__u64 entry; /* number of the entry of the flow list, from 1; 0: outside a list */
	bool list_truncated;
	bool reads_1_2; /* set by the caller to read 1.2.4 as well; else its lines are malformed */
	enum siftr_version version; /* of the run */
};

/* Begins to parse `fd`, which the caller closes. 0 or -ENOMEM. */
int line_parser__open(struct line_parser *parser, int fd, const struct diagnostic_sink *sink);
void line_parser__close(struct line_parser *parser);

/*
 * The text of the next line and more, without consuming it: at least READER_WINDOW_BYTES, or all
 * that is left. NULL within a flow list, or if a read failed; line_parser__next() then returns the
 * error.
 */
const char *line_parser__peek(struct line_parser *parser, size_t *bytes);

/* Skips the next line and all that follow it before a header. 0 or a negative errno. */
int line_parser__skip_run(struct line_parser *parser);

/*
 * Reads the next event; pointers in it are valid until the next call. Blocks on a stream. 0, or the
 * negative errno of a failed read.
 */
int line_parser__next(struct line_parser *parser, struct line_event *event);

#endif
