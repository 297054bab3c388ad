/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user side of one tracing run: records become lines of a log, and
 * whatever does not become one is counted.
 */
#ifndef SIFTR_COMMANDS_SESSION_H
#define SIFTR_COMMANDS_SESSION_H

#include <linux/types.h>

#include "accounting/accounting.h"
#include "capture/clock.h"
#include "capture/drain.h"
#include "capture/tracer.h"
#include "convert/flows.h"
#include "output/checkpoint.h"
#include "format/format.h"
#include "output/log_path.h"
#include "output/retention.h"
#include "output/replacement.h"
#include "repair/set_aside.h"
#include "output/writer.h"
#include "options/options.h"
#include "service/notify.h"
#include "service/privileges.h"

/* The log's files one after the other; a whole log each. */
struct session_file {
	const char *path;     /* NULL: stdout, which is never left */
	struct log_path log;  /* the same, once opened */
	__u64 max_bytes;      /* 0: no limit; else another file is begun before */
	__u32 keep;	      /* files before it, with max_bytes */
	struct old_files old; /* these */
	__u32 sysver;
	__u64 begin_ns;	   /* CLOCK_MONOTONIC */
	__u64 begin_bytes; /* of the file, before the header */
	struct siftr_time begun;
	struct checkpoint_run run;	      /* but for the inode, which the checkpoint looks up */
	int whole;			      /* it has its footer */
	int waiting;			      /* its header waits for space */
	int deleted;			      /* it has no name any more, as has been said */
	struct accounting before;	      /* when it began */
	__u64 lines_before[SIFTR_DIRECTIONS]; /* in files, when it began */
	int next_wanted;		      /* another file is to be begun */
	int next_refused;		      /* it could not be, as has been said */
	__u64 retry_ns;			      /* when to try again */
	__u64 finish_ns;		      /* when the old file is to be on the disk; 0: it is */
	int status;			      /* of the files before, an exit code */
};

/* What would be said of the file if the run were killed now; see output/checkpoint.h. */
struct session_checkpoint {
	struct checkpoint *file;	/* NULL: there is none */
	struct checkpoint_counts kept;	/* what it holds */
	struct siftr_counters counters; /* the kernel's at that time */
	int moves;			/* they were others the time before */
};

/* What has been said of the output's state. */
struct session_trouble {
	int now;       /* as last seen, 0 or negative errno */
	int told;      /* it has been reported */
	__u64 told_ns; /* when a failure other than a lack of space was, or 0 */
	__u64 retry_ns;
};

struct session {
	struct tracer *tracer;
	struct drain *drain;
	/* The kernel side's; session__open() takes the tracer's where they are NULL. */
	void (*read_counters)(const struct tracer *tracer, struct siftr_counters *sum);
	void (*next_file)(struct tracer *tracer);
	struct writer *writer;
	struct flows *flows;
	struct format_cache *cache;
	struct clock clock;
	struct notify notify;	    /* the service manager, if there is one */
	__u64 second;		    /* that the last line was of, Unix time */
	__u64 second_ns;	    /* when it began */
	struct log_path books_path; /* --books; all zeros without */
	struct replacement books;
	const char *output; /* for messages */
	__u64 tick_ns;
	__u64 begin_ns;			  /* CLOCK_MONOTONIC */
	__u64 progress_ns;		  /* when the terminal is due for news */
	__u64 told_ns;			  /* when the service manager had some */
	__u64 told_records;		  /* `records` at that time */
	struct set_aside aside;		  /* what was killed before this run */
	__u64 last_ns;			  /* the last record's */
	__u64 records;			  /* drained, of either kind */
	__u64 lines_wanted;		  /* --count, or no limit */
	__u64 lines[SIFTR_DIRECTIONS];	  /* handed to the writer, or refused by it */
	__u64 no_flow[SIFTR_DIRECTIONS];  /* not: no memory for the flow list */
	__u64 lost_log[SIFTR_DIRECTIONS]; /* lines in files that were deleted or shortened */
	__u64 after_end[SIFTR_DIRECTIONS];
	struct session_file file;
	struct session_checkpoint checkpoint;
	struct session_trouble trouble;
	int reader_left; /* the pipe was closed: a clean end, but for a run that is `stopped` */
	int stopped;	 /* a signal has ended the run */
};

/* Opens the output; the tracer and drain are the caller's. 0 or a negative errno, reported. */
int session__open(struct session *session, const struct options *options);

/*
 * Its files: the log is open, and the books can be written, once the process has given
 * up all but session__needs(). 0 or a negative errno, reported.
 */
int session__open_outputs(struct session *session, const struct options *options);
void session__close_outputs(struct session *session);

/*
 * As which user, for root, it goes on and where files are made: the owner of the directory
 * of the log's next files, else that of the books', else nobody.
 */
void session__needs(const struct session *session, struct privileges_needs *needs);

/* To --books, if asked for. 0 or a negative errno, reported. */
int session__write_books(const struct session *session, const struct accounting *books);

/* Closes the output; raises `*status` where that fails. Frees all but tracer and drain. */
void session__close(struct session *session, int *status);

/* The next `count` records, oldest first. Begins another file where this one is full. */
void session__log(struct session *session, const struct siftr_record *const records[],
		  size_t count);

/* As many lines as are written at once. */
#define SESSION_LINES 8

/* Lines whose columns are known, at most SESSION_LINES. */
void session__write_lines(struct session *session, const struct format_line lines[], size_t count);

/* Wall-clock time of a CLOCK_MONOTONIC time, by the session's clock. */
struct siftr_time session__wall_time(struct session *session, __u64 monotonic_ns);

/*
 * Writes out what is buffered, but in trouble only now and then; reports when the output
 * gets into trouble or out of it.
 */
void session__flush(struct session *session);

/* The same at once, as before a footer. */
void session__flush_now(struct session *session);

/*
 * CLOCK_MONOTONIC time at which session__flush() has to be called even if nothing is
 * logged; ~0 for never.
 */
__u64 session__retry_ns(const struct session *session);

/* The last line wanted is logged, or nobody reads any more. */
int session__is_over(const struct session *session);

/* The ledger of the run so far; what tracer__programs() tells is the caller's to add. */
void session__read_books(const struct session *session, struct accounting *books);

/* All records of both kinds that the kernel side submitted. */
__u64 session__records_counted(const struct siftr_counters *counters);

/*
 * The header of the first file, and space for its footer; where there is none, both wait for
 * it, and lines are lost, as later. Returns an exit code: EXIT_OUTPUT, after a report, when
 * the header cannot be written for another reason.
 */
int session__begin(struct session *session, __u32 sysver);

/* The last file's footer and flow list; returns an exit code. */
int session__end(struct session *session, __u64 end_ns);

/* As session__read_books(), but with what has been drained as the records. */
void session__read_drained(const struct session *session, struct accounting *books);

/* The header of a run that begins at `begin_ns` where the writer stands. */
void session__put_header(struct session *session, __u64 begin_ns);

/*
 * The footer of this file: all data lines are written or counted as lost before it counts
 * them. An exit code.
 */
int session__end_file(struct session *session, __u64 end_ns);

/*
 * Opens the file to go on in; *same where that is this one. A negative errno, said once:
 * what is tried again later fails in silence.
 */
int session__prepare_next_file(struct session *session, int *same);

/* Puts the header that waits for space, if there is some now. Whether none waits any more. */
int session__try_to_begin(struct session *session);

/* Flows, header and checkpoint of a file that the writer has just come to. */
void session__begin_next(struct session *session, __u64 begin_ns);

/*
 * Looks, by one system call, whether the file is still there with all that was written.
 * If not, says so, counts the lines that are lost, and goes on in another, or behind
 * what is left of it.
 */
void session__look_at_file(struct session *session);

/* The same at once, also if another file could not be opened before. Whether it was lost. */
int session__replace_lost_file(struct session *session);

/* The same at the end, before and after the footer. */
void session__look_at_end(struct session *session, bool footer_written);

/* Whether another file can follow: the log is a file with a name. */
int session__rotates(const struct session *session);

/*
 * Ends this file with its footer at `boundary_ns` and goes on in another one, which is
 * whatever bears the log's name then; in the same file, as another run, where nobody has
 * renamed it. Where that fails the old file goes on, and session__flush() tries again.
 * All records up to that time must have been logged, and none later.
 */
void session__rotate(struct session *session, __u64 boundary_ns);

/* Whether these lines would not fit into --max-size with the footer behind them. */
int session__file_is_full(const struct session *session, size_t nr_lines);

/* Waits for the disk to have the old file; complains, and remembers, where it has not. */
void session__finish_old_file(struct session *session);

/* What the footer takes at most, with `more_flows` new ones. */
__u64 session__footer_bytes(const struct session *session, size_t more_flows);

/* Begins the checkpoint of the file whose header has just been written, if it has a name. */
void session__begin_checkpoint(struct session *session);

/* Brings the checkpoint up to date; nothing where nothing has changed. No system call. */
void session__checkpoint(struct session *session);

/* The file has its footer, or (not `whole`) lacks it and may get it by a repair. */
void session__end_checkpoint(struct session *session, int whole);

#endif
