/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One client of the control socket: a line at a time comes in, and text goes out as fast as the
 * client reads it. Nothing here waits, and its memory is bounded: a client that reads slowly is
 * not read from until it has its answer.
 */
#ifndef SIFTR_CONTROL_CLIENT_H
#define SIFTR_CONTROL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define CLIENT_LINE_MAX 8192 /* of a request, with its end */
#define CLIENT_OUT_MAX	(128 * 1024)

struct client;

/*
 * Writes the next piece of a long answer once all before has been sent: less than CLIENT_PIECE_MAX
 * bytes, in a short time. At the end it writes the last line, and sets client->more to NULL.
 */
typedef void client_more(struct client *client, void *context);

#define CLIENT_PIECE_MAX (64 * 1024)

struct client {
	int fd; /* -1: none */
	size_t nr_in, out_begin, out_end;
	__u64 active_ns; /* CLOCK_MONOTONIC time of the last line, or of the last text it took */
	bool at_eof;	 /* the client sends nothing more */
	bool waits;	 /* for an answer that comes later; nothing is read until then */
	bool closing;	 /* to be closed once it has its text */
	bool failed;	 /* to be closed now */
	bool overflowed; /* an answer did not fit into `out` */
	__u32 events;	 /* that epoll waits for */
	/* An answer that comes in pieces, NULL: none; where it goes on, and in what form. */
	client_more *more;
	size_t position;
	__u32 version;
	bool json;
	char in[CLIENT_LINE_MAX];
	char out[CLIENT_OUT_MAX];
};

/*
 * Adds text to what the client is sent; text that does not fit is left out, and the answer becomes
 * an error.
 */
void client__write(struct client *client, const char *text, size_t bytes);
void client__print(struct client *client, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* End an answer with its last line: "ok", or "error" and what is wrong. */
void client__ok(struct client *client);
void client__error(struct client *client, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Sends what the client takes now. */
void client__flush(struct client *client, __u64 now_ns);

/* Reads what has come, if the client has its answers; reports a line that is too long to it. */
void client__read(struct client *client);

/*
 * Takes the next complete line, without its end, once the client has the answer to the line before.
 * Returns whether there is one.
 */
bool client__take_line(struct client *client, char line[CLIENT_LINE_MAX]);

/* Whether a line can be answered at once. */
bool client__has_line(const struct client *client);

#endif
