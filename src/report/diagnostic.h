/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a reader of a log reports about a line: where, what is wrong, what the line contains and
 * what was expected. The strings are valid only during the call that reports them.
 */
#ifndef SIFTR_REPORT_DIAGNOSTIC_H
#define SIFTR_REPORT_DIAGNOSTIC_H

#include <stddef.h>
#include <linux/types.h>

struct diagnostic {
	__u64 line;	     /* counted from 1 */
	const char *unit;    /* "column" or "pair"; NULL: the whole line */
	unsigned int number; /* number of the column or pair, counted from 1 */
	const char *name;    /* name of the column or pair */
	__u64 entry;	     /* entry of the flow list, counted from 1; 0: none */
	const char *what;
	const char *got; /* raw bytes of the log; NULL: not shown */
	size_t got_bytes;
	const char *expected; /* what was expected; NULL: `what` says it */
};

/* Receives diagnostics; a function that is NULL ignores them. */
struct diagnostic_sink {
	void (*defect)(void *context, const struct diagnostic *defect);
	void (*note)(void *context,
		     const struct diagnostic *note); /* called for what is allowed, but unusual */
	void *context;
};

void diagnostic__defect(const struct diagnostic_sink *sink, const struct diagnostic *defect);
void diagnostic__note(const struct diagnostic_sink *sink, const struct diagnostic *note);

/* Prints "FILE:LINE: KIND..." on stderr; `kind` is "" for a defect. */
void diagnostic__print(const struct diagnostic *diagnostic, const char *file, const char *kind);

#endif
