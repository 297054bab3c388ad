// SPDX-License-Identifier: BSD-2-Clause
#include "capture/preemption_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "report/report.h"

void preemption_watch__open(struct preemption_watch *watch, const struct attach_use *use)
{
	*watch = PREEMPTION_WATCH_NONE;
	if (use->preemption == PREEMPTION_RT) /* it stays that, whatever the file says */
		return;
	watch->fd = open(PREEMPTION_PATH, O_RDONLY | O_CLOEXEC);
	watch->use = *use;
	watch->known = use->preemption;
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

#define CHANGED "the kernel's preemption has changed from %s to %s: "

static void report_change(const struct preemption_watch *watch, enum preemption now)
{
	const char *before = preemption__name(watch->known), *after = preemption__name(now),
		   *chosen = preemption__name(watch->use.preemption);

	switch (attach_fit__of(&watch->use, now)) {
	case ATTACH_FITS:
		report_notice(CHANGED "the way in which the hooks are attached is the right one "
				      "for this as well",
			      before, after);
		break;
	case ATTACH_MISSES:
		report_message(CHANGED "more packets may be missed now, because the hooks were "
				       "attached for %s; start siftr-bpf again to attach them anew",
			       before, after, chosen);
		break;
	case ATTACH_COSTS:
		report_notice(CHANGED "tracing now costs more than it needs to, because the hooks "
				      "were attached for %s; start siftr-bpf again to attach them "
				      "anew",
			      before, after, chosen);
		break;
	}
}

/* A model that has no name here, or the first that has one, is no change. */
void preemption_watch__poll(struct preemption_watch *watch, __u64 now_ns)
{
	enum preemption now;

	if (watch->fd < 0 || now_ns < watch->due_ns)
		return;
	watch->due_ns = now_ns + NSEC_PER_SEC;
	now = read_model(watch->fd);
	if (now == PREEMPTION_UNKNOWN || now == watch->known)
		return;
	if (watch->known != PREEMPTION_UNKNOWN)
		report_change(watch, now);
	watch->known = now;
}

void preemption_watch__describe(char text[PREEMPTION_WATCH_BYTES])
{
	const char *model = preemption__name(preemption__read());
	struct preemption_watch watch;
	struct attach_use none = {};
	int err;

	if (!preemption__is_dynamic()) {
		snprintf(text, PREEMPTION_WATCH_BYTES, "%s, which cannot change", model);
		return;
	}
	preemption_watch__open(&watch, &none);
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
