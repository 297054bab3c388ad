// SPDX-License-Identifier: BSD-2-Clause
#include "capture/preemption_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "report/report.h"

void preemption_watch__open(struct preemption_watch *watch, enum preemption chosen)
{
	*watch = (struct preemption_watch){
		.fd = open(PREEMPTION_PATH, O_RDONLY | O_CLOEXEC),
		.chosen = chosen,
	};
}

void preemption_watch__close(struct preemption_watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	*watch = PREEMPTION_WATCH_NONE;
}

static enum preemption read_model(int fd)
{
	char text[128];
	ssize_t bytes = pread(fd, text, sizeof(text) - 1, 0);

	text[bytes > 0 ? bytes : 0] = '\0';
	return preemption__parse_debugfs(text);
}

static void report_change(enum preemption chosen, enum preemption now)
{
	if (preemption__is_possible(now))
		report_message("the kernel's preemption has changed from %s to %s: packets may be "
			       "missed in bursts now, because the hooks were attached for %s; "
			       "start siftr-bpf again to attach them anew",
			       preemption__name(chosen), preemption__name(now),
			       preemption__name(chosen));
	else
		report_notice("the kernel's preemption has changed from %s to %s: tracing now "
			      "costs more than it needs to; start siftr-bpf again to attach the "
			      "hooks anew",
			      preemption__name(chosen), preemption__name(now));
}

void preemption_watch__poll(struct preemption_watch *watch, __u64 now_ns)
{
	enum preemption now;

	if (watch->fd < 0 || now_ns < watch->due_ns)
		return;
	watch->due_ns = now_ns + NSEC_PER_SEC;
	now = read_model(watch->fd);
	if (now == PREEMPTION_UNKNOWN ||
	    preemption__is_possible(now) == preemption__is_possible(watch->chosen))
		return;
	report_change(watch->chosen, now);
	preemption_watch__close(watch);
}

void preemption_watch__describe(char text[PREEMPTION_WATCH_BYTES])
{
	const char *model = preemption__name(preemption__read());
	struct preemption_watch watch;
	int err;

	if (!preemption__is_dynamic()) {
		snprintf(text, PREEMPTION_WATCH_BYTES, "%s, which cannot change", model);
		return;
	}
	preemption_watch__open(&watch, PREEMPTION_UNKNOWN);
	err = watch.fd < 0 ? errno : 0;
	preemption_watch__close(&watch);
	if (err)
		snprintf(text, PREEMPTION_WATCH_BYTES,
			 "%s; a change while tracing would not be noticed: " PREEMPTION_PATH ": %s",
			 model, strerror(err));
	else
		snprintf(text, PREEMPTION_WATCH_BYTES,
			 "%s; a change while tracing would be reported", model);
}
