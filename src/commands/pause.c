// SPDX-License-Identifier: BSD-2-Clause
#include "commands/pause.h"

#include <sys/select.h>
#include <time.h>

#include "commands/signals.h"

#define POLL_NS	       10000000L   /* between passes while packets come */
#define CHECKPOINT_NS  90000000ULL /* its age, with time to write it: 100 ms at most */
#define NS_PER_MS      1000000ULL
#define TIMEOUT_MAX_MS 60000

/* Milliseconds until then, rounded up; -1 for never. */
static int timeout_until(__u64 deadline_ns)
{
	__u64 now_ns = clock__monotonic_ns();

	if (deadline_ns == NOTIFY_NEVER_NS)
		return -1;
	if (deadline_ns <= now_ns)
		return 0;
	if (deadline_ns - now_ns > TIMEOUT_MAX_MS * NS_PER_MS)
		return TIMEOUT_MAX_MS;
	return (deadline_ns - now_ns) / NS_PER_MS + 1;
}

static void sleep_for(struct session *session, __u64 records, __u64 deadline_ns,
		      const sigset_t *signals)
{
	const struct timespec poll_interval = {.tv_nsec = POLL_NS};
	__u64 checkpoint_ns = clock__monotonic_ns() + CHECKPOINT_NS;

	if (records || !drain__is_empty(session->drain))
		pselect(0, NULL, NULL, NULL, &poll_interval, signals);
	else if (session->checkpoint.moves)
		tracer__wait(session->tracer, session->drain, NULL,
			     timeout_until(deadline_ns < checkpoint_ns ? deadline_ns
								       : checkpoint_ns),
			     signals);
	else
		tracer__wait(session->tracer, session->drain,
			     session->checkpoint.file ? &session->checkpoint.counters : NULL,
			     timeout_until(deadline_ns), signals);
}

/* The check and the sleep are one: a signal between them ends the sleep at once. */
void pause__until_next(struct session *session, __u64 records, __u64 deadline_ns)
{
	sigset_t signals;

	signals__hold(&signals);
	if (!signals__pending())
		sleep_for(session, records, deadline_ns, &signals);
	signals__allow(&signals);
}
