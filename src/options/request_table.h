/* SPDX-License-Identifier: BSD-2-Clause */
/* What `siftr-bpf ctl` can ask of a running tracer, which answers by the same table. */
#ifndef SIFTR_OPTIONS_REQUEST_TABLE_H
#define SIFTR_OPTIONS_REQUEST_TABLE_H

#include <stddef.h>

enum request_kind {
	REQUEST_GET,
	REQUEST_SET,
	REQUEST_STATS,
	REQUEST_FLOWS,
	REQUEST_MARK,
	REQUEST_TRIGGER,
	REQUEST_ROTATE,
	REQUEST_FOLLOW,
	REQUEST_STOP,
	REQUEST_VERSION,
};

struct request_row {
	const char *name;
	enum request_kind kind;
	size_t words_max; /* with the name; 0: no limit */
	const char *synopsis;
	const char *help;
};

/* The first row is the request of a ctl without words; the last row's name is NULL. */
extern const struct request_row request_table[];

/* NULL if there is no such request. */
const struct request_row *request_table__find(const char *name);

/* Writes the names of all, with commas between them. */
void request_table__list(char *text, size_t bytes);

#endif
