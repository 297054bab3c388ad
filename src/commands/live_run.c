// SPDX-License-Identifier: BSD-2-Clause
/*
 * The view has the times of rows, which are those of the wall clock. When it is due is decided by
 * CLOCK_MONOTONIC, as the wall clock may be set back meanwhile.
 */
#include "commands/live_run.h"

#include "accounting/accounting.h"
#include "capture/clock.h"
#include "commands/run.h"
#include "live/live_view.h"

/* A key waits so long while no packets come. */
#define KEYS_NS (50 * NSEC_PER_MSEC)

static __u64 wall_us(struct session *session, __u64 monotonic_ns)
{
	struct siftr_time time = wall_clock__time(&session->wall, monotonic_ns);

	return time.seconds * USEC_PER_SEC + time.microseconds;
}

void live_run__begin(struct run *run)
{
	struct session *session = &run->session;

	if (!session->view)
		return;
	live_view__begin(session->view, wall_us(session, session->begin_ns));
	run->view_due_ns =
		session->begin_ns + live_view__interval_us(session->view) * NSEC_PER_USEC;
}

void live_run__show(struct run *run, __u64 now_ns)
{
	struct session *session = &run->session;
	struct accounting accounting;
	__u64 interval_ns;

	if (session->view)
		live_view__take_keys(session->view);
	if (!session->view || now_ns < run->view_due_ns)
		return;
	interval_ns = live_view__interval_us(session->view) * NSEC_PER_USEC;
	run_counts__read(&session->counts, &accounting);
	live_view__show(session->view, wall_us(session, now_ns), accounting__lost(&accounting));
	run->view_due_ns += interval_ns;
	if (run->view_due_ns <= now_ns)
		run->view_due_ns = now_ns + interval_ns;
}

__u64 live_run__due_ns(const struct run *run, __u64 now_ns)
{
	const struct live_view *view = run->session.view;

	if (view && live_view__is_interactive(view) && run->view_due_ns > now_ns + KEYS_NS)
		return now_ns + KEYS_NS;
	return view ? run->view_due_ns : NEVER_NS;
}

void live_run__end(struct run *run)
{
	if (run->session.view)
		live_view__leave_terminal(run->session.view);
}

bool live_run__is_over(const struct run *run)
{
	return run->session.view && live_view__is_over(run->session.view);
}
