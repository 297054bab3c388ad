/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the footer of a format that lists the flows of its lines, piece by piece, since the list
 * may be longer than any buffer.
 */
#ifndef SIFTR_FORMAT_RUN_FOOTER_H
#define SIFTR_FORMAT_RUN_FOOTER_H

#include <stdbool.h>

#include "format/format_cache.h"

/* The caller sets format and cache; run_footer__begin() sets the rest. */
struct run_footer {
	const struct format *format;
	struct format_cache *cache;
	size_t count, next; /* flows of the list; its pieces written so far: flows, then the '\n' */
	size_t bytes;	    /* of the footer, written so far */
};

/* Writes the footer up to its flow list, at most FORMAT_FOOTER_MAX bytes. Returns its end. */
char *run_footer__begin(struct run_footer *footer, char *out, struct siftr_time disabled,
			const struct format_totals *totals);

/* Whether run_footer__next() has more to write: a flow, at last the end of the line. */
bool run_footer__has_more(const struct run_footer *footer);
/* Writes the next piece, at most flow_max bytes of the format's run_footer. Returns its end. */
char *run_footer__next(struct run_footer *footer, char *out);

/*
 * Reports if published readers of the format refuse the log named `name`, because its footer is too
 * long or it has no line.
 */
void run_footer__report(const struct run_footer *footer, const char *name);

#endif
