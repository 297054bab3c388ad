// SPDX-License-Identifier: BSD-2-Clause
/*
 * The files of a log, from header to footer. The counts of a file are those that have
 * come since it began, where a record counts when it has been drained: one that the
 * kernel side has counted and that waits in a ring is of the next file, as its line is.
 */
#include <errno.h>
#include <string.h>

#include "commands/session.h"
#include "output/rotate.h"
#include "report/report.h"

void session__read_drained(const struct session *session, struct accounting *books)
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

void session__put_header(struct session *session, __u64 begin_ns)
{
	char *room = writer__reserve(session->writer, FORMAT_HEADER_MAX), *end;
	struct session_file *file = &session->file;
	struct accounting now;

	session__read_books(session, &now);
	memcpy(file->lines_before, now.lines, sizeof(now.lines));
	file->waiting = 0;
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
	char *room = writer__reserve(writer, FORMAT_TUPLE_MAX);

	writer__commit(writer, format_siftr__tuple(room, key));
	return 0;
}

static int write_footer(struct session *session, __u64 end_ns)
{
	struct format_totals totals;
	struct accounting now, books;
	char *room;
	int err;

	session__read_drained(session, &now);
	accounting__since(&now, &session->file.before, &books);
	session->file.before = now;
	accounting__totals(&books, &totals);
	room = writer__reserve(session->writer, FORMAT_FOOTER_MAX);
	writer__commit(session->writer,
		       format_siftr__footer(room, session__wall_time(session, end_ns), &totals));
	err = flows__each_tuple(session->flows, write_tuple, session->writer);
	if (err)
		report_error(err, "sort the flow list: the log's is incomplete");
	room = writer__reserve(session->writer, 1);
	*room = '\n';
	writer__commit(session->writer, room + 1);
	return err;
}

int session__end_file(struct session *session, __u64 end_ns)
{
	int err;

	session__flush_now(session);
	err = write_footer(session, end_ns);
	session__flush_now(session);
	if (writer__has_unwritten(session->writer))
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
	if (!lost && session->stopped && !writer__has_unwritten(session->writer))
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
	if (session->file.waiting)
		report_message("nothing was logged: there was no space for the log in %s",
			       session->output);
	else if (session->file.path)
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
	if (!session__try_to_begin(session))
		return report_no_footer(session);
	session__look_at_end(session, false);
	status = session__end_file(session, end_ns);
	session__look_at_end(session, true);
	session__finish_old_file(session);
	status = end_pipe(session, status);
	if (session->reader_left)
		return status;
	writer__lost_lines(session->writer, lost);
	session->file.whole = !writer__has_unwritten(session->writer);
	if (!session->file.whole)
		return report_no_footer(session);
	return status || lost[SIFTR_IN] + lost[SIFTR_OUT] ? EXIT_FAILED : session->file.status;
}

/* A file left by the run before may have no room for another. */
static void leave_full_file(struct session *session)
{
	int same;

	session->file.begin_bytes = writer__size(session->writer);
	if (session->file.begin_bytes && session__file_is_full(session, FLOWS_BATCH) &&
	    !session__prepare_next_file(session, &same))
		rotate__next_file(session->writer);
}

int session__try_to_begin(struct session *session)
{
	if (!session->file.waiting)
		return 1;
	if (!writer__has_header_space(session->writer, FORMAT_HEADER_MAX,
				      session__footer_bytes(session, 0)))
		return 0;
	session__put_header(session, session->begin_ns);
	session__flush_now(session);
	session__begin_checkpoint(session);
	return 1;
}

/* With less space than lines take, all is as it will be whenever that happens later. */
static int begin_file(struct session *session)
{
	struct writer *writer = session->writer;
	__u64 footer_bytes = session__footer_bytes(session, 0);
	int err;

	session->file.waiting = !writer__has_header_space(writer, FORMAT_HEADER_MAX, footer_bytes);
	if (session->file.waiting) {
		session__flush_now(session);
		return 0;
	}
	session__put_header(session, session->begin_ns);
	err = writer__flush(writer);
	if (err)
		return err;
	session__begin_checkpoint(session);
	if (!writer__has_space(writer, 1, FORMAT_LINE_MAX, footer_bytes))
		session__flush_now(session);
	return 0;
}

int session__begin(struct session *session, __u32 sysver)
{
	int err;

	session->file.sysver = sysver;
	leave_full_file(session);
	err = begin_file(session);
	if (!err)
		return EXIT_CLEAN;
	session->trouble.now = err;
	session->reader_left = err == -EPIPE;
	if (session->reader_left)
		return EXIT_CLEAN;
	/* A header written after all, on closing, would be that of a killed run. */
	writer__discard(session->writer);
	report_error(err, "begin the log in %s", session->output);
	return EXIT_OUTPUT;
}
