// SPDX-License-Identifier: BSD-2-Clause
/*
 * From one file of a log to the next. The next is open, and has space, before the one in
 * use gets its footer; where that fails the old one goes on.
 */
#include <errno.h>

#include "commands/session.h"
#include "output/rotate.h"
#include "report/report.h"

#define RETRY_NS  1000000000ULL
#define FINISH_NS (35 * 1000000000ULL) /* the kernel writes by itself what is 30 s old */

/* What comes before leaving a file: 0 with *same set if there is none to go to. */
static int find_next_file(struct session *session, int *same)
{
	struct session_file *file = &session->file;
	__u64 bytes = FORMAT_HEADER_MAX + FORMAT_FOOTER_MAX;
	int err = 0;

	*same = writer__is_at(session->writer, &file->log);
	if (*same && !file->max_bytes) {
		bytes += session__footer_bytes(session, 0);
		return writer__has_space(session->writer, 1, FORMAT_HEADER_MAX, bytes)
			       ? 0
			       : writer__trouble(session->writer);
	}
	if (!*same)
		return rotate__open_next(session->writer, &file->log, bytes);
	*same = 0;
	err = retention__shift(&file->old, &file->log, file->keep);
	if (err)
		return err;
	err = rotate__open_next(session->writer, &file->log, bytes);
	if (err)
		retention__undo(&file->old);
	else
		retention__commit(&file->old);
	return err;
}

int session__prepare_next_file(struct session *session, int *same)
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

void session__finish_old_file(struct session *session)
{
	int err = rotate__finish_old(session->writer);

	session->file.finish_ns = 0;
	if (!err)
		return;
	report_error(err, "bring the file before %s to the disk", session->output);
	session->file.status = EXIT_FAILED;
}

static void leave_file(struct session *session)
{
	session__finish_old_file(session);
	if (rotate__next_file(session->writer)) {
		report_message("the old file has no footer: it could not be written");
		session->file.status = EXIT_FAILED;
	}
	session->file.finish_ns = clock__monotonic_ns() + FINISH_NS;
}

void session__begin_next(struct session *session, __u64 begin_ns)
{
	flows__next_interval(session->flows);
	format_cache__forget_flows(session->cache);
	session->next_file(session->tracer);
	if (begin_ns < session->file.begin_ns)
		begin_ns = session->file.begin_ns;
	session__put_header(session, begin_ns);
	session__flush_now(session);
	session__begin_checkpoint(session);
}

/* What has no header needs no footer. */
static void wait_in_next_file(struct session *session)
{
	int same;

	if (session__prepare_next_file(session, &same))
		return;
	if (!same)
		leave_file(session);
	session__try_to_begin(session);
}

void session__rotate(struct session *session, __u64 boundary_ns)
{
	int same;

	if (session->file.waiting) {
		wait_in_next_file(session);
		return;
	}
	if (boundary_ns < session->file.begin_ns)
		boundary_ns = session->file.begin_ns;
	if (session__replace_lost_file(session) || session__prepare_next_file(session, &same))
		return;
	session->file.status |= session__end_file(session, boundary_ns);
	session__end_checkpoint(session, !writer__has_unwritten(session->writer));
	if (!same)
		leave_file(session);
	session__begin_next(session, boundary_ns);
	report_detail("another file of the log began in %s", session->file.path);
}
