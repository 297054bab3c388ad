/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of a run's lines beside the log, at a socket: it has a format, fields and filters of its
 * own, and a buffer. What it reads too slowly is lost for it alone, in complete lines. A format of
 * SIFTR tells how many in its footer, jsonl at once.
 */
#ifndef SIFTR_COMMANDS_FOLLOWER_H
#define SIFTR_COMMANDS_FOLLOWER_H

#include <stdbool.h>
#include <stddef.h>
#include <siftr/filter.h>

#include "commands/log_fields.h"
#include "convert/flows.h"
#include "format/format_cache.h"

#define FOLLOWER_BYTES (1 << 20)

struct follower {
	/* Set by the caller before follower__begin(). */
	struct log_fields fields;
	struct siftr_filter filter;

	int fd; /* owned; -1: none */
	bool failed;
	__u32 events; /* that epoll waits for */
	struct format_cache *cache;
	struct flows *flows;	 /* those of its lines; about 90 bytes each */
	struct siftr_time begun; /* earlier rows have no line */
	__u64 lines[SIFTR_DIRECTIONS];
	__u64 lost[SIFTR_DIRECTIONS];
	__u64 told[SIFTR_DIRECTIONS]; /* of `lost`, what the stream has said */
	size_t begin, end;	      /* of the text in the buffer that is not sent */
	char buffer[FOLLOWER_BYTES];
};

/* NULL when out of memory. Freed by follower__free(), which closes the socket and accepts NULL. */
struct follower *follower__new(void);
void follower__free(struct follower *follower);

/*
 * Begins to write to the socket `fd`, which the follower owns from now on: a line "ok" and the
 * header. 0 or -ENOMEM.
 */
int follower__begin(struct follower *follower, int fd, const struct format_start *start);

/* Writes the lines of these rows into the buffer, or counts them as lost. */
void follower__write(struct follower *follower, const struct row rows[], size_t count);

/* Sends what the reader takes now, without waiting; `failed` is set if it has gone. */
void follower__flush(struct follower *follower);

/* Writes the footer, if the format has one and the buffer has the space. */
void follower__end(struct follower *follower, struct siftr_time disabled);

#endif
