// SPDX-License-Identifier: BSD-2-Clause
#include "commands/status.h"

#include <stdio.h>

#include "books.h"
#include "report.h"

#define PROGRESS_NS  1000000000ULL
#define STATUS_BYTES 128

void status__begin(struct session *session)
{
	/* On a terminal that shows the log, a line that is renewed would mix with its lines. */
	bool shown = report_shows_progress() && !writer__is_terminal(session->writer);

	session->progress_ns = shown ? session->begin_ns + PROGRESS_NS : NOTIFY_NEVER_NS;
}

__u64 status__due_ns(const struct session *session)
{
	__u64 alive_ns = session->notify.next_alive_ns;

	return alive_ns < session->progress_ns ? alive_ns : session->progress_ns;
}

static void describe(const struct session *session, __u64 now_ns, char status[STATUS_BYTES])
{
	struct books books;

	session__read_books(session, &books);
	snprintf(status, STATUS_BYTES, "%.0f s  %llu lines  %llu flows  %llu lost",
		 (now_ns - session->begin_ns) / 1e9, books.lines[SIFTR_IN] + books.lines[SIFTR_OUT],
		 books.flows, books__lost(&books));
}

void status__show(struct session *session, __u64 now_ns)
{
	char status[STATUS_BYTES];

	if (now_ns < status__due_ns(session))
		return;
	describe(session, now_ns, status);
	if (now_ns >= session->notify.next_alive_ns)
		notify__alive(&session->notify, now_ns, status);
	if (now_ns >= session->progress_ns) {
		report_progress("%s", status);
		session->progress_ns = now_ns + PROGRESS_NS;
	}
}
