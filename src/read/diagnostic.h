/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can be said about a place of a log: where, what is wrong, what stands
 * there, what should. The strings live as long as the call that reports them.
 */
#ifndef SIFTR_READ_DIAGNOSTIC_H
#define SIFTR_READ_DIAGNOSTIC_H

#include <stddef.h>
#include <linux/types.h>

struct diagnostic {
	__u64 line;	  /* counted from 1 */
	const char *unit; /* "column" or "pair", NULL for the line as a whole */
	unsigned int number;
	const char *name;
	__u64 entry; /* of the flow list, counted from 1; 0: none */
	const char *what;
	const char *got; /* raw bytes of the log; NULL: nothing to show */
	size_t got_bytes;
	const char *expected; /* NULL: `what` says it */
};

struct diagnostic_sink {
	void (*defect)(void *context, const struct diagnostic *defect);
	/* Allowed, yet worth knowing; has the same shape. */
	void (*note)(void *context, const struct diagnostic *note);
	void *context;
};

#endif
