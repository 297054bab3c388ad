/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tracing run from records to log: converts, formats and writes each record, and rotates the log
 * on SIGHUP and at --max-size. It connects the parts that each own their state: output, counts,
 * current file, rotation.
 */
#ifndef SIFTR_COMMANDS_SESSION_H
#define SIFTR_COMMANDS_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "accounting/accounting.h"
#include "capture/tracer.h"
#include "commands/log_fields.h"
#include "commands/log_file.h"
#include "commands/log_deletion.h"
#include "commands/log_output.h"
#include "commands/log_rotation.h"
#include "commands/output_paths.h"
#include "commands/record_rows.h"
#include "commands/recording.h"
#include "commands/rests.h"
#include "commands/run_counts.h"
#include "commands/wall_clock.h"
#include "convert/flows.h"
#include "format/format.h"
#include "live/live_view.h"
#include "options/options.h"
#include "repair/set_aside.h"

struct followers;

struct session {
	/* Set by the caller, who owns the tracer; NULL functions become the tracer's. */
	struct tracer *tracer;
	void (*read_counters)(const struct tracer *tracer, struct siftr_counters *sum);
	void (*next_file)(struct tracer *tracer);

	struct output_paths paths;
	struct set_aside aside; /* a killed run's log, renamed before this run */
	struct log_output output;
	struct run_counts counts;
	struct wall_clock wall;
	struct log_file file;
	struct log_rotation rotation;
	struct log_deletion deletion;
	struct recording recording;
	struct flows *flows;
	struct log_fields fields;
	struct run_summary *summary; /* NULL: none is made; set by the caller, who owns it */
	struct followers *followers; /* NULL: none can come; likewise */
	struct live_view *view;	     /* takes the rows instead of the log, or NULL; likewise */
	const struct format *format; /* the one of `fields` */
	struct record_rows rows;
	struct rests rests;
	struct format_cache *cache;
	__u32 ppl;	    /* of the programs now: their setting, for the group sample */
	__u64 begin_ns;	    /* CLOCK_MONOTONIC time at which tracing began */
	__u64 last_ns;	    /* CLOCK_MONOTONIC time of the last record logged */
	__u64 records;	    /* records read from the rings, of every kind */
	__u64 lines_wanted; /* --count, or no limit */
	bool stopped;	    /* a signal has ended the run */
};

/*
 * Chooses format, fields and triggers, which is to be done first. 0 or -EINVAL, reported.
 */
int session__choose(struct session *session, const struct options *options);

/* SIFTR_GROUP_BIT() of the groups that have to be captured for that. */
static inline __u32 session__groups(const struct session *session)
{
	return log_fields__groups(&session->fields) | session->recording.groups;
}

/*
 * Opens the output files. 0 or a negative errno, reported. Call session__close() on success and on
 * failure.
 */
int session__open(struct session *session, const struct options *options);

/*
 * Closes the output, and frees all but the tracer. If the output cannot be finished, for a reason
 * not reported before, reports that and sets `*status` to EXIT_FAILED.
 */
void session__close(struct session *session, int *status);

/*
 * Writes the header of the first file, and reserves space for its footer. Without space for
 * them the header is pending and lines are lost. Returns EXIT_CLEAN, also then and if the reader of
 * a pipe has left; EXIT_OUTPUT, after a report, if the header cannot be written for another reason.
 * `sysver` is the kernel's version as sysver__parse() returns it.
 */
int session__begin(struct session *session, __u32 sysver);

/*
 * Writes the last file's footer and flow list. `end_ns` (CLOCK_MONOTONIC) is when tracing was
 * switched off. Returns an exit code.
 */
int session__end(struct session *session, __u64 end_ns);

/* The last record may be later than the stop, if a BPF program was still running then. */
static inline __u64 session__last_moment_ns(const struct session *session, __u64 end_ns)
{
	return end_ns > session->last_ns ? end_ns : session->last_ns;
}

/*
 * Ends the current run, and begins none until log_rotation__resume(). `end_ns` (CLOCK_MONOTONIC) is
 * when tracing was switched off.
 */
static inline void session__suspend(struct session *session, __u64 end_ns)
{
	log_rotation__suspend(&session->rotation, session__last_moment_ns(session, end_ns));
}

/*
 * Logs the next `count` records, oldest first; rotates if the file is full. Records after the last
 * line that --count asks for get no line, but are counted.
 */
void session__log(struct session *session, const struct siftr_record *const records[],
		  size_t count);

/* Number of rows that are formatted at once. */
#define SESSION_ROWS 8

/* Whether there is space for so many lines; if not they are lost, and the caller counts them. */
bool session__has_space(struct session *session, size_t count);

/* Writes the lines of at most SESSION_ROWS rows. */
void session__write_rows(struct session *session, const struct row rows[], size_t count);

/*
 * Checks whether the log was deleted or shortened, flushes the output, and does what is due: tries
 * again to write a pending header or to open the next file, and syncs the old file.
 */
void session__flush(struct session *session);

/*
 * CLOCK_MONOTONIC time at which session__flush() has to be called even if nothing is logged;
 * NEVER_NS if it need not be.
 */
__u64 session__retry_ns(const struct session *session);

/*
 * Ends the current file at `boundary_ns` and begins the next; see log_rotation__rotate(). A file
 * that was deleted or shortened, or has no header for lack of space, is left without a footer.
 */
void session__rotate(struct session *session, __u64 boundary_ns);

/* Whether the last line wanted is logged, or the reader of the log has gone. */
bool session__is_over(const struct session *session);

#endif
