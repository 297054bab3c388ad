// SPDX-License-Identifier: BSD-2-Clause
#include "commands/progress.h"

#include <stdio.h>

#include <siftr/time_units.h>

#include "accounting/accounting.h"
#include "capture/clock.h"
#include "capture/prog_misses.h"
#include "capture/programs.h"
#include "report/plural.h"
#include "report/report.h"

#define PROGRESS_NS  NSEC_PER_SEC
#define STATUS_NS    NSEC_PER_SEC /* least interval of status messages, not of the watchdog's */
#define STATUS_BYTES 192

void progress__begin(struct progress *progress)
{
	const struct session *session = progress->session;
	/*
	 * No progress line if the log goes to the terminal: the lines of the log would mix with
	 * it.
	 */
	bool shown = report_shows_progress() && !session->view &&
		     !writer__is_terminal(session->output.writer);

	progress->terminal_ns = shown ? session->begin_ns + PROGRESS_NS : NEVER_NS;
}

/*
 * When the next message to the service manager is due. Without new records that is only the
 * watchdog's, so that an idle host is not woken up.
 */
static __u64 manager_due_ns(const struct progress *progress)
{
	__u64 alive_ns = progress->notify.next_alive_ns;
	__u64 status_ns = progress->status_ns + STATUS_NS;

	if (progress->notify.fd < 0 || progress->session->records == progress->status_records)
		return alive_ns;
	return status_ns < alive_ns ? status_ns : alive_ns;
}

__u64 progress__due_ns(const struct progress *progress)
{
	__u64 manager_ns = manager_due_ns(progress);

	return manager_ns < progress->terminal_ns ? manager_ns : progress->terminal_ns;
}

static void add_missed(const char *name, __u64 missed, void *sum)
{
	(void)name;
	if (missed != PROG_MISSES_UNKNOWN)
		*(__u64 *)sum += missed;
}

static void describe(const struct session *session, char status[STATUS_BYTES])
{
	struct accounting accounting;
	__u64 lines, missed = 0;

	run_counts__read(&session->counts, &accounting);
	programs__each_missed(tracer__programs(session->tracer), add_missed, &missed);
	lines = accounting.lines[SIFTR_IN] + accounting.lines[SIFTR_OUT];
	snprintf(status, STATUS_BYTES, "%llu line%s  %llu flow%s  %llu lost  %llu suppressed",
		 lines, plural__ending(lines), accounting.flows, plural__ending(accounting.flows),
		 accounting__lost(&accounting), missed);
}

static void remember_status(struct progress *progress, __u64 now_ns)
{
	progress->status_ns = now_ns;
	progress->status_records = progress->session->records;
}

void progress__ready(struct progress *progress)
{
	char status[STATUS_BYTES];

	describe(progress->session, status);
	remember_status(progress, clock__monotonic_ns());
	notify__ready(&progress->notify, status);
}

static void notify_manager(struct progress *progress, __u64 now_ns, const char *status)
{
	if (now_ns >= progress->notify.next_alive_ns)
		notify__alive(&progress->notify, now_ns, status);
	else
		notify__status(&progress->notify, status);
	remember_status(progress, now_ns);
}

void progress__show(struct progress *progress, __u64 now_ns)
{
	const struct session *session = progress->session;
	char status[STATUS_BYTES];

	if (now_ns < progress__due_ns(progress))
		return;
	describe(session, status);
	if (now_ns >= manager_due_ns(progress))
		notify_manager(progress, now_ns, status);
	if (now_ns >= progress->terminal_ns) {
		report_progress("%.0f s  %s", (double)(now_ns - session->begin_ns) / NSEC_PER_SEC,
				status);
		progress->terminal_ns = now_ns + PROGRESS_NS;
	}
}
