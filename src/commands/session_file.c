// SPDX-License-Identifier: BSD-2-Clause
/*
 * The files of a log, from header to footer. The counts of a file are those that have
 * come since it began, where a record counts when it has been drained: one that the
 * kernel side has counted and that waits in a ring is of the next file, as its line is.
 */
#include <errno.h>
#include <string.h>

#include "commands/session.h"
#include "report.h"

#define RETRY_NS  1000000000ULL
#define FINISH_NS (35 * 1000000000ULL) /* the kernel writes by itself what is 30 s old */

/* As session__read_books(), but with what has been drained as the records. */
static void read_drained(const struct session *session, struct books *books)
{
	session__read_books(session, books);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		books->kernel.of[direction][SIFTR_RECORDS] = session->lines[direction] +
							     session->no_flow[direction] +
							     session->after_end[direction];
}

__u64 session__footer_bytes(const struct session *session, size_t more_flows)
{
	return FORMAT_FOOTER_MAX + flows__listed(session->flows, 4) * FORMAT_TUPLE4_BYTES +
	       (flows__listed(session->flows, 6) + more_flows) * FORMAT_TUPLE6_BYTES;
}

int session__file_is_full(const struct session *session, size_t nr_lines)
{
	const struct session_file *file = &session->file;

	if (!file->max_bytes || file->next_wanted || !session__rotates(session))
		return 0;
	/* A new file that has no line yet would be no smaller the next time. */
	if (writer__size(session->writer) <= file->begin_bytes + FORMAT_HEADER_MAX &&
	    !file->begin_bytes)
		return 0;
	return writer__size(session->writer) + nr_lines * FORMAT_LINE_MAX +
		       session__footer_bytes(session, nr_lines) >
	       file->max_bytes;
}

int session__rotates(const struct session *session)
{
	return session->file.path && writer__is_file(session->writer);
}

static void put_header(struct session *session, __u64 begin_ns)
{
	char *room = writer__room(session->writer, FORMAT_HEADER_MAX), *end;
	struct session_file *file = &session->file;

	file->begin_ns = begin_ns;
	file->begun = session__wall_time(session, begin_ns);
	file->begin_bytes = writer__size(session->writer);
	end = format_siftr__header(room, file->begun, file->sysver);
	writer__commit(session->writer, end);
	file->run = (struct checkpoint_run){.offset = file->begin_bytes,
					    .header_bytes = (__u64)(end - room)};
	memcpy(file->run.header, room, file->run.header_bytes);
}

static int write_tuple(const struct siftr_flow_key *key, void *context)
{
	struct writer *writer = context;
	char *room = writer__room(writer, FORMAT_TUPLE_MAX);

	writer__commit(writer, format_siftr__tuple(room, key));
	return 0;
}

static int write_footer(struct session *session, __u64 end_ns)
{
	struct format_totals totals;
	struct books now, books;
	char *room;
	int err;

	read_drained(session, &now);
	books__since(&now, &session->file.before, &books);
	session->file.before = now;
	books__totals(&books, &totals);
	room = writer__room(session->writer, FORMAT_FOOTER_MAX);
	writer__commit(session->writer,
		       format_siftr__footer(room, session__wall_time(session, end_ns), &totals));
	err = flows__each_tuple(session->flows, write_tuple, session->writer);
	if (err)
		report_error(err, "sort the flow list: the log's is incomplete");
	room = writer__room(session->writer, 1);
	*room = '\n';
	writer__commit(session->writer, room + 1);
	return err;
}

/* All data lines are written or counted as lost before the footer counts them. */
static int end_file(struct session *session, __u64 end_ns)
{
	int err;

	session__flush_now(session);
	err = write_footer(session, end_ns);
	session__flush_now(session);
	if (writer__is_behind(session->writer))
		session__flush_now(session);
	if (session->reader_left)
		return EXIT_CLEAN;
	return err ? EXIT_FAILED : EXIT_CLEAN;
}

/*
 * A reader that left by itself, as head(1) does, wanted no more. One that went when a
 * signal ended the run was to have all: Ctrl-C goes to every process of a pipeline.
 */
static int end_pipe(const struct session *session, int status)
{
	bool lost = session->reader_left;

	/* A reader that has stalled has been waited for already. */
	if (!lost && session->stopped && !writer__is_behind(session->writer))
		lost = !writer__wait_until_read(session->writer);
	if (!lost)
		return status;
	if (!session->stopped)
		return EXIT_CLEAN;
	report_message("the end of the log is lost: its reader ended first; Ctrl-C reaches all of "
		       "a pipeline, so make the reader ignore it, as 'tee -i' does, or use "
		       "--output");
	return EXIT_FAILED;
}

static int report_no_footer(const struct session *session)
{
	if (session->file.path)
		report_message("the log has no footer: free space, then use siftr-bpf repair");
	else
		report_message("the log has no footer: standard output did not take it");
	return EXIT_FAILED;
}

int session__end(struct session *session, __u64 end_ns)
{
	__u64 lost[SIFTR_DIRECTIONS];
	int status;

	/* A program that was under way at the stop has logged its packet after it. */
	if (end_ns < session->last_ns)
		end_ns = session->last_ns;
	status = end_file(session, end_ns);
	session__finish_old_file(session);
	status = end_pipe(session, status);
	if (session->reader_left)
		return status;
	writer__lost_lines(session->writer, lost);
	session->file.whole = !writer__is_behind(session->writer);
	if (!session->file.whole)
		return report_no_footer(session);
	return status || lost[SIFTR_IN] + lost[SIFTR_OUT] ? EXIT_FAILED : session->file.status;
}

/* What comes before leaving a file: 0 with *same set if there is none to go to. */
static int find_next_file(struct session *session, int *same)
{
	struct session_file *file = &session->file;
	__u64 bytes = FORMAT_HEADER_MAX + FORMAT_FOOTER_MAX;
	int err = 0;

	*same = writer__is_at(session->writer, &file->log);
	if (*same && !file->max_bytes) {
		bytes += session__footer_bytes(session, 0);
		return writer__takes(session->writer, 1, FORMAT_HEADER_MAX, bytes)
			       ? 0
			       : writer__trouble(session->writer);
	}
	if (!*same)
		return writer__open_next(session->writer, &file->log, bytes);
	*same = 0;
	err = old_files__shift(&file->old, &file->log, file->keep);
	if (err)
		return err;
	err = writer__open_next(session->writer, &file->log, bytes);
	if (err)
		old_files__undo(&file->old);
	else
		old_files__commit(&file->old);
	return err;
}

/* Said once; what is tried again later fails in silence. */
static int prepare_next_file(struct session *session, int *same)
{
	struct session_file *file = &session->file;
	int err;

	report_mute(file->next_refused);
	err = find_next_file(session, same);
	report_mute(0);
	file->next_wanted = err != 0;
	if (!err) {
		file->next_refused = 0;
		return 0;
	}
	if (!file->next_refused)
		report_message("the log goes on in the old file until %s can be opened",
			       file->path);
	file->next_refused = 1;
	file->retry_ns = clock__monotonic_ns() + RETRY_NS;
	return err;
}

/* A file left by the run before may have no room for another. */
static void leave_full_file(struct session *session)
{
	int same;

	session->file.begin_bytes = writer__size(session->writer);
	if (session->file.begin_bytes && session__file_is_full(session, FLOWS_BATCH) &&
	    !prepare_next_file(session, &same))
		writer__next_file(session->writer);
}

int session__begin(struct session *session, __u32 sysver)
{
	struct writer *writer = session->writer;
	int err;

	session->file.sysver = sysver;
	leave_full_file(session);
	if (!writer__takes(writer, 1, FORMAT_HEADER_MAX, session__footer_bytes(session, 0)))
		err = writer__trouble(writer);
	else {
		put_header(session, session->begin_ns);
		err = writer__flush(writer);
	}
	if (!err)
		session__begin_checkpoint(session);
	session->trouble.now = err;
	session->reader_left = err == -EPIPE;
	if (!err || session->reader_left)
		return EXIT_CLEAN;
	/* A header written after all, on closing, would be that of a killed run. */
	writer__give_up(writer);
	report_error(err, "begin the log in %s", session->output);
	return EXIT_OUTPUT;
}

void session__finish_old_file(struct session *session)
{
	int err = writer__finish_old(session->writer);

	session->file.finish_ns = 0;
	if (!err)
		return;
	report_error(err, "bring the file before %s to the disk", session->output);
	session->file.status = EXIT_FAILED;
}

static void leave_file(struct session *session)
{
	session__finish_old_file(session);
	if (writer__next_file(session->writer)) {
		report_message("the old file has no footer: it could not be written");
		session->file.status = EXIT_FAILED;
	}
	session->file.finish_ns = clock__monotonic_ns() + FINISH_NS;
}

void session__rotate(struct session *session, __u64 boundary_ns)
{
	int same;

	if (boundary_ns < session->file.begin_ns)
		boundary_ns = session->file.begin_ns;
	if (prepare_next_file(session, &same))
		return;
	session->file.status |= end_file(session, boundary_ns);
	session__end_checkpoint(session, !writer__is_behind(session->writer));
	if (!same)
		leave_file(session);
	flows__next_interval(session->flows);
	format_cache__forget_flows(session->cache);
	session->next_file(session->tracer);
	put_header(session, boundary_ns);
	session__flush_now(session);
	session__begin_checkpoint(session);
	report_detail("another file of the log began in %s", session->file.path);
}
