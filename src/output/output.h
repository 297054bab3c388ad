/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor a log goes to: opened, written, cut back and closed. Knows
 * bytes only; what a line is and which are lost is the writer's business.
 */
#ifndef SIFTR_OUTPUT_OUTPUT_H
#define SIFTR_OUTPUT_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "output/log_path.h"
#include "output/preallocate.h"

/* What others have done to a file that is being written. */
enum output_change {
	OUTPUT_STANDS,
	OUTPUT_DELETED,	  /* it has no name any more, also where another file took it */
	OUTPUT_SHORTENED, /* it ends before what has been written */
};

struct output {
	int fd;
	__u64 position;			    /* of a file: where the next write goes */
	struct preallocate space;	    /* of a file */
	bool regular;			    /* a file that can be cut and synced */
	bool named;			    /* had a name when it was opened */
	size_t stray_bytes;		    /* written behind the new end of a shortened file */
	bool has_reader;		    /* a pipe, socket or terminal: it may stall */
	const volatile sig_atomic_t *hurry; /* NULL, or: once set, patience_ms is all there is */
	int patience_ms;
};

/*
 * Opens `path` for appending as secure_open__open() does, or stdout for NULL: a pipe or
 * terminal anew, so that it need not block, anything else as a copy; a file is
 * locked. 0 or negative errno, reported.
 */
int output__open(struct output *output, const struct log_path *path,
		 const struct preallocate_limits *limits);

/* One fstat(2). What is no file stands. */
enum output_change output__look(const struct output *output);

/* Goes on at the end that a shortened file has now. */
void output__restart(struct output *output);

/* Whether `path` still names the file that is open; false when that cannot be seen. */
bool output__is_at(const struct output *output, const struct log_path *path);

/* Sees to it that `bytes` more will fit. 0 or negative errno; see preallocate__hold(). */
int output__hold(struct output *output, __u64 bytes);

/*
 * Whether a regular file's last line lacks its end where writing starts. False
 * also when that cannot be seen: no permission to read, or no /proc.
 */
bool output__ends_torn(const struct output *output);

/*
 * Writes `bytes` of `text`, waiting as long as it takes for a slow reader; once
 * in a hurry, for what is left of its patience, then -ETIMEDOUT. *done tells
 * how many got through. 0 or the negative errno that stopped it.
 */
int output__write(struct output *output, const char *text, size_t bytes, size_t *done);

/* People read what is written, as it comes. */
bool output__is_terminal(const struct output *output);

/* Nobody will ever read what is written to this pipe or terminal. */
bool output__reader_left(const struct output *output);

/*
 * Waits, half a second at most, until the reader of a pipe has taken all or has gone.
 * False if it went and left some of it; what is no pipe has nobody to wait for.
 */
bool output__wait_until_read(const struct output *output);

/* Removes the `bytes` written last from a regular file. 0 or negative errno. */
int output__cut(struct output *output, size_t bytes);

/* What has been written stays as it is: gives back the space held, lets others lock it. */
void output__leave(struct output *output);

/*
 * Gives back the space held and closes. `sync`: a regular file is on the disk then.
 * First error, or 0.
 */
int output__close(struct output *output, bool sync);

#endif
