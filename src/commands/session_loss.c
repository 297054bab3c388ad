// SPDX-License-Identifier: BSD-2-Clause
/*
 * A log that somebody deletes, replaces or shortens while it is written, as logrotate's
 * copytruncate and the shell's `> LOG` do: what was in it is lost, and counted, and the log
 * goes on with a header of its own. One that was only renamed is none of these.
 */
#include "commands/session.h"
#include "output/rotate.h"
#include "report/report.h"

/* The lines of this file, by now; the writer has those of them that reached no file. */
static void count_lines(struct session *session)
{
	struct accounting now;

	session__read_books(session, &now);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		session->lost_log[direction] +=
			now.lines[direction] - session->file.lines_before[direction];
	session__read_drained(session, &session->file.before);
	session->file.status = EXIT_FAILED;
}

static __u64 lines_in_file(const struct session *session)
{
	struct accounting now;

	session__read_books(session, &now);
	return now.lines[SIFTR_IN] + now.lines[SIFTR_OUT] - session->file.lines_before[SIFTR_IN] -
	       session->file.lines_before[SIFTR_OUT];
}

static void tell_deleted(struct session *session)
{
	if (!session->file.deleted)
		report_message("%s was deleted or replaced while it was being written: its %llu "
			       "lines are lost, and counted",
			       session->output, lines_in_file(session));
	session->file.deleted = 1;
}

static void tell_shortened(const struct session *session)
{
	report_message("%s was shortened by somebody while it was being written: its %llu lines "
		       "are lost, and counted; to rotate a log, rename it and send SIGHUP",
		       session->output, lines_in_file(session));
}

/* The file is still there, and what is left in it is no log of this run any more. */
static void go_on_in_shortened(struct session *session)
{
	tell_shortened(session);
	rotate__restart_file(session->writer);
	count_lines(session);
	session__end_checkpoint(session, 1);
	session__begin_next(session, session->last_ns);
}

/* The lines of the file without a name are given up when there is another to go on in. */
static void leave_deleted(struct session *session)
{
	int same;

	tell_deleted(session);
	/* Bound to its name by a mount, it keeps the name. */
	if (!session__rotates(session) || writer__is_at(session->writer, &session->file.log))
		return;
	if (session__prepare_next_file(session, &same))
		return;
	session__flush_now(session);
	count_lines(session);
	session__end_checkpoint(session, 1);
	session__finish_old_file(session);
	rotate__replace_file(session->writer);
	session->file.deleted = 0;
	session__begin_next(session, session->last_ns);
	report_notice("the log goes on in a new %s", session->output);
}

int session__replace_lost_file(struct session *session)
{
	switch (writer__check_file(session->writer)) {
	case OUTPUT_DELETED:
		leave_deleted(session);
		return 1;
	case OUTPUT_SHORTENED:
		go_on_in_shortened(session);
		return 1;
	default:
		return 0;
	}
}

void session__look_at_file(struct session *session)
{
	/* Whether another can be opened is tried now and then. */
	if (!session->file.deleted)
		session__replace_lost_file(session);
}

/* Where no line would follow no new file is begun. */
void session__look_at_end(struct session *session, bool footer_written)
{
	enum output_change change = writer__check_file(session->writer);

	if (change == OUTPUT_SHORTENED && !footer_written) {
		go_on_in_shortened(session);
		return;
	}
	if (change == OUTPUT_SHORTENED)
		tell_shortened(session);
	else if (change == OUTPUT_DELETED)
		tell_deleted(session);
	if (change != OUTPUT_UNCHANGED && footer_written)
		count_lines(session);
}
