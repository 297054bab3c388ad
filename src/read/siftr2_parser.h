/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a log of siftr2 2.5, text or binary, as a sequence of events. The footer, whose flow list
 * says to which connection a flowid belongs, comes flow by flow, so no line has to fit in memory.
 */
#ifndef SIFTR_READ_SIFTR2_PARSER_H
#define SIFTR_READ_SIFTR2_PARSER_H

#include <stdbool.h>
#include <linux/types.h>

#include "read/buffered_reader.h"
#include "read/siftr2_event.h"
#include "report/diagnostic.h"

struct siftr2_parser {
	struct buffered_reader *input; /* the caller's */
	struct diagnostic_sink sink;
	__u64 line;
	__u64 entry; /* entry of the flow list, counted from 1; 0: outside a list */
	bool binary;
	bool begun; /* the header has been read */
};

/* Prepares to read from the window of `input` on. */
void siftr2_parser__init(struct siftr2_parser *parser, struct buffered_reader *input,
			 const struct diagnostic_sink *sink);

/* Reads the next event. 0 or a negative errno. */
int siftr2_parser__next(struct siftr2_parser *parser, struct siftr2_event *event);

#endif
