/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor that a log is written to: open, write, truncate, close. It deals in bytes;
 * lines and losses are the writer's.
 */
#ifndef SIFTR_OUTPUT_OUTPUT_H
#define SIFTR_OUTPUT_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "format/format.h"
#include "output/log_path.h"
#include "output/preallocate.h"

/* What other processes have done to a file that is being written. */
enum output_change {
	OUTPUT_UNCHANGED,
	OUTPUT_DELETED,	  /* its last name was removed or given to another file */
	OUTPUT_SHORTENED, /* it is shorter than what has been written */
};

/* How a log is written. */
struct log_encoding {
	const struct format *format;
	bool zstd; /* compressed */
};

struct encoder;
struct frames;

struct output {
	int fd;
	__u64 position;		  /* where the next write to a file goes */
	struct preallocate space; /* space reserved after the end of a file */
	bool regular;		  /* a regular file: can be truncated and synced */
	bool named;		  /* had a name when it was opened */
	size_t stray_bytes;	  /* at its end, written after another process truncated it */
	struct encoder *encoder;  /* turns text into another format; NULL: it stays text */
	struct frames *frames;	  /* the zstd frames of the file; NULL: it is not compressed */
	size_t incomplete_bytes;  /* of a frame cut short at the end; see frame_output.h */
	bool has_reader;	  /* a pipe, socket or terminal: may stall */
	const volatile sig_atomic_t
		*hurry; /* once this flag is set, waits last patience_ms in all; or NULL */
	int patience_ms;
};

/*
 * Opens `path` for appending, see secure_open__open(); a file that is not empty must be a log of
 * this encoding. NULL means stdout: a pipe or terminal is reopened non-blocking, anything else
 * duplicated, a file locked. 0 or a negative errno, reported. Call output__close() after success.
 */
int output__open(struct output *output, const struct log_path *path,
		 const struct preallocate_limits *limits, const struct log_encoding *encoding);

/*
 * Whether the file was deleted or shortened, by one fstat(2). A pipe or terminal is always
 * unchanged.
 */
enum output_change output__check(const struct output *output);

/*
 * Continues at the current end of a file that another process has shortened, after removing what
 * this run has written there since.
 */
void output__restart(struct output *output);

/* Whether `path` still names the open file; false if that cannot be determined. */
bool output__is_at(const struct output *output, const struct log_path *path);

/*
 * Reserves space for `bytes` more in a regular file. 0, always for other outputs, or a negative
 * errno; see preallocate__hold().
 */
int output__hold(struct output *output, __u64 bytes);

/*
 * Writes `bytes` of `text`, waiting as long as necessary for a slow reader; once *hurry is set
 * for patience_ms in all, then -ETIMEDOUT. *done is the number of bytes written. 0 or a
 * negative errno.
 */
int output__write(struct output *output, const char *text, size_t bytes, size_t *done);

bool output__is_terminal(const struct output *output);

/* Whether the reader of a pipe or terminal has gone. */
bool output__reader_left(const struct output *output);

/*
 * Waits, half a second at most, until the reader of a pipe has read everything or has gone. False
 * if it has gone without reading everything; true otherwise, for other outputs at once.
 */
bool output__wait_until_read(const struct output *output);

/* Removes the last `bytes` from a regular file. 0 or a negative errno. */
int output__cut(struct output *output, size_t bytes);

/* Releases the reserved space and the lock of a file that is complete. */
void output__leave(struct output *output);

/* Releases the reserved space, syncs a regular file if `sync`, and closes. 0 or the first error. */
int output__close(struct output *output, bool sync);

#endif
