/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user side of one tracing run: records become lines of a log, and
 * whatever does not become one is counted.
 */
#ifndef SIFTR_COMMANDS_SESSION_H
#define SIFTR_COMMANDS_SESSION_H

#include <linux/types.h>

#include "books.h"
#include "capture/clock.h"
#include "capture/drain.h"
#include "capture/tracer.h"
#include "interpret/flows.h"
#include "log/format.h"
#include "log/writer.h"
#include "options.h"
#include "service/notify.h"

struct session {
	struct tracer *tracer;
	struct drain *drain;
	struct writer *writer;
	struct flows *flows;
	struct format_cache *cache;
	struct clock clock;
	struct notify notify; /* the service manager, if there is one */
	__u64 second;	      /* that the last line was of, Unix time */
	__u64 second_ns;      /* when it began */
	FILE *books;	      /* --books, or NULL */
	const char *output;   /* for messages */
	__u64 tick_ns;
	__u64 begin_ns;			 /* CLOCK_MONOTONIC */
	__u64 progress_ns;		 /* when the terminal is due for news */
	__u64 records;			 /* drained, of either kind */
	__u64 lines_wanted;		 /* --count, or no limit */
	__u64 lines[SIFTR_DIRECTIONS];	 /* handed to the writer */
	__u64 no_flow[SIFTR_DIRECTIONS]; /* not: no memory for the flow list */
	__u64 after_end[SIFTR_DIRECTIONS];
	int trouble;	 /* the output's, as last reported */
	int reader_left; /* the pipe was closed: a clean end */
};

/* Opens the output; the tracer and drain are the caller's. 0 or a negative errno, reported. */
int session__open(struct session *session, const struct options *options);

/* Closes the output; raises `*status` where that fails. Frees all but tracer and drain. */
void session__close(struct session *session, int *status);

/* Returns an exit code: EXIT_OUTPUT, after a report, when not even a header can be written. */
int session__write_header(struct session *session, struct siftr_time now, __u32 sysver);

/* The next `count` records, oldest first. */
void session__log(struct session *session, const struct siftr_record *const records[],
		  size_t count);

/* Wall-clock time of a CLOCK_MONOTONIC time, by the session's clock. */
struct siftr_time session__wall_time(struct session *session, __u64 monotonic_ns);

/* Writes out what is buffered; reports when the output gets into trouble or out of it. */
void session__flush(struct session *session);

/* The last line wanted is logged, or nobody reads any more. */
int session__is_over(const struct session *session);

void session__read_books(const struct session *session, struct books *books);

/* All records of both kinds that the kernel side submitted. */
__u64 session__records_counted(const struct siftr_counters *counters);

/* Footer and flow list; returns an exit code. */
int session__write_footer(struct session *session, struct siftr_time now,
			  const struct books *books);

#endif
