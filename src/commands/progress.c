// SPDX-License-Identifier: BSD-2-Clause
#include "commands/progress.h"

#include <stdio.h>

#include "accounting/accounting.h"
#include "capture/prog_misses.h"
#include "capture/programs.h"
#include "report/report.h"

#define PROGRESS_NS  1000000000ULL
#define STATUS_NS    1000000000ULL /* between two of the service manager's, at least */
#define STATUS_BYTES 192

void progress__begin(struct session *session)
{
	/* On a terminal that shows the log, a line that is renewed would mix with its lines. */
	bool shown = report_shows_progress() && !writer__is_terminal(session->writer);

	session->progress_ns = shown ? session->begin_ns + PROGRESS_NS : NOTIFY_NEVER_NS;
}

/* The service manager is told of what came since; a host without packets is not woken up. */
static __u64 manager_due_ns(const struct session *session)
{
	__u64 alive_ns = session->notify.next_alive_ns;
	__u64 status_ns = session->told_ns + STATUS_NS;

	if (session->notify.fd < 0 || session->records == session->told_records)
		return alive_ns;
	return status_ns < alive_ns ? status_ns : alive_ns;
}

__u64 progress__due_ns(const struct session *session)
{
	__u64 manager_ns = manager_due_ns(session);

	return manager_ns < session->progress_ns ? manager_ns : session->progress_ns;
}

static void add_missed(const char *name, __u64 missed, void *sum)
{
	(void)name;
	if (missed != PROG_MISSES_UNKNOWN)
		*(__u64 *)sum += missed;
}

static const char *plural(__u64 number)
{
	return number == 1 ? "" : "s";
}

static void describe(const struct session *session, char status[STATUS_BYTES])
{
	struct accounting books;
	__u64 lines, missed = 0;

	session__read_books(session, &books);
	programs__each_missed(tracer__programs(session->tracer), add_missed, &missed);
	lines = books.lines[SIFTR_IN] + books.lines[SIFTR_OUT];
	snprintf(status, STATUS_BYTES, "%llu line%s  %llu flow%s  %llu lost  %llu suppressed",
		 lines, plural(lines), books.flows, plural(books.flows), accounting__lost(&books),
		 missed);
}

static void note_told(struct session *session, __u64 now_ns)
{
	session->told_ns = now_ns;
	session->told_records = session->records;
}

void progress__ready(struct session *session)
{
	char status[STATUS_BYTES];

	describe(session, status);
	note_told(session, clock__monotonic_ns());
	notify__ready(&session->notify, status);
}

static void tell_manager(struct session *session, __u64 now_ns, const char *status)
{
	if (now_ns >= session->notify.next_alive_ns)
		notify__alive(&session->notify, now_ns, status);
	else
		notify__status(&session->notify, status);
	note_told(session, now_ns);
}

void progress__show(struct session *session, __u64 now_ns)
{
	char status[STATUS_BYTES];

	if (now_ns < progress__due_ns(session))
		return;
	describe(session, status);
	if (now_ns >= manager_due_ns(session))
		tell_manager(session, now_ns, status);
	if (now_ns >= session->progress_ns) {
		report_progress("%.0f s  %s", (now_ns - session->begin_ns) / 1e9, status);
		session->progress_ns = now_ns + PROGRESS_NS;
	}
}
