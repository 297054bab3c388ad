// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/event_list.h"

#include <stddef.h>

const char *const event_texts[EVENT_KINDS] = {
#define EVENT(name, text) [EVENT_##name] = (text),
#include "analyse/event_list.def"
};

const char *const event_causes[EVENT_CAUSES] = {
	[CAUSE_UNKNOWN] = "-",
	[CAUSE_RECOVERY] = "recovery",
	[CAUSE_TIMEOUT] = "timeout",
	[CAUSE_AFTER_TIMEOUT] = "after a timeout",
	[CAUSE_PROBE] = "tail loss probe",
	[CAUSE_CONGESTION] = "ECN or local drop",
	[CAUSE_ECN] = "ECN",
	[CAUSE_LOCAL_DROP] = "local drop",
	[CAUSE_IDLE] = "idle",
	[CAUSE_APPLICATION] = "application",
	[CAUSE_WINDOW] = "peer's window",
	[CAUSE_QUEUE] = "queue on the path",
	[CAUSE_PATH] = "path or peer",
	[CAUSE_PEER] = "sent by the peer",
	[CAUSE_HOST] = "sent by this host",
};

void event_list__keep(struct event_list *list, const struct event *event)
{
	struct kept_events *kept = list->kept;
	unsigned int cheapest = 0;

	if (!kept)
		return;
	if (kept->count < EVENTS_KEPT) {
		kept->of[kept->count++] = *event;
		return;
	}
	for (unsigned int i = 1; i < EVENTS_KEPT; i++)
		if (kept->of[i].cost_us < kept->of[cheapest].cost_us)
			cheapest = i;
	if (kept->of[cheapest].cost_us < event->cost_us)
		kept->of[cheapest] = *event;
}

/* Where the costliest event of the kind is kept; NULL: nowhere. */
static struct event *costliest_of(struct event_list *list, enum event_kind kind)
{
	switch (kind) {
	case EVENT_recovery:
		return &list->recovery;
	case EVENT_probe:
		return &list->probe;
	case EVENT_reset:
		return &list->reset;
	default:
		return NULL;
	}
}

void event_list__note(struct event_list *list, const struct event *event)
{
	struct event *costliest = costliest_of(list, event->kind);

	list->count[event->kind]++;
	list->cost_us[event->kind] += event->cost_us;
	if (costliest && event->cost_us >= costliest->cost_us)
		*costliest = *event;
	event_list__keep(list, event);
}
