// SPDX-License-Identifier: BSD-2-Clause
#include "commands/bursts.h"

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "report/report.h"

static bool is_on(const struct session *session, const struct burst_schedule *schedule,
		  __u64 now_ns, __u64 *left_ns)
{
	return burst_schedule__is_on(schedule, clock__wall_ns(&session->wall.clock, now_ns),
				     left_ns);
}

bool bursts__is_on(const struct session *session, const struct burst_schedule *schedule)
{
	__u64 left_ns;

	return is_on(session, schedule, clock__monotonic_ns(), &left_ns);
}

__u64 bursts__due_ns(const struct session *session, const struct burst_schedule *schedule)
{
	__u64 now_ns = clock__monotonic_ns(), left_ns;

	is_on(session, schedule, now_ns, &left_ns);
	return left_ns < NEVER_NS - now_ns ? now_ns + left_ns : NEVER_NS;
}

__u64 bursts__stop(struct run *run, struct siftr_counters *counters)
{
	const struct session *session = &run->session;
	__u64 end_ns = session->file.suspended ? clock__monotonic_ns()
					       : tracer__stop(run->tracer, session->last_ns);

	run__settle(run, counters);
	return end_ns;
}

void bursts__follow(struct run *run, const struct burst_schedule *schedule)
{
	struct session *session = &run->session;
	bool on = !run->disabled && bursts__is_on(session, schedule);
	struct siftr_counters counters;

	if (on != session->file.suspended || session__is_over(session))
		return;
	if (on) {
		__u64 begin_ns = clock__monotonic_ns();

		tracer__start(run->tracer);
		log_rotation__resume(&session->rotation, begin_ns);
		report_detail("a burst has begun");
	} else {
		session__suspend(session, bursts__stop(run, &counters));
		report_detail("a burst has ended");
	}
}
