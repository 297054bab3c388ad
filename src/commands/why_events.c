// SPDX-License-Identifier: BSD-2-Clause
#include "commands/why_events.h"

#include <stdio.h>
#include <stdlib.h>

#include "analyse/flow_analysis.h"
#include "report/human.h"
#include "report/text.h"

static int compare(const void *one, const void *other)
{
	const struct event *a = one, *b = other;

	if (a->cost_us != b->cost_us)
		return a->cost_us > b->cost_us ? -1 : 1;
	return a->time_us < b->time_us ? -1 : a->time_us > b->time_us;
}

/* Prints what the event changed, if it did: times, names, or bytes. */
static void print_change(const struct kept_events *kept, const struct event *event)
{
	char from[HUMAN_BYTES], to[HUMAN_BYTES];

	if (event->kind == EVENT_srtt_rise) {
		printf(", from %s to %s", human__time(from, event->from),
		       human__time(to, event->to));
	} else if (event->kind == EVENT_cc_change) {
		fputs(", from ", stdout);
		text__print(stdout, kept->names[event->from]);
		fputs(" to ", stdout);
		text__print(stdout, kept->names[event->to]);
	} else if (event->kind == EVENT_reset) {
		printf(", %u bytes not acknowledged, %u not sent", event->from, event->to);
	} else if (event->from || event->to) {
		printf(", from %u to %u", event->from, event->to);
	}
}

static void print_event(const struct kept_events *kept, const struct event *event)
{
	char moment[HUMAN_BYTES], cost[HUMAN_BYTES], duration[HUMAN_BYTES];

	printf("  %s  %9s  %9s  %-22s  %s", human__moment(moment, event->time_us),
	       event->cost_us ? human__time(cost, event->cost_us) : "-",
	       event->duration_us ? human__time(duration, event->duration_us) : "-",
	       event_texts[event->kind], event_causes[event->cause]);
	print_change(kept, event);
	putchar('\n');
}

void why_events__print(const struct flow_analysis *flow)
{
	struct kept_events *kept = flow->events.list.kept;
	__u64 total = 0;

	for (int kind = 0; kind < EVENT_KINDS; kind++)
		total += flow->events.list.count[kind];
	if (!total) {
		puts("  No events.");
		return;
	}
	qsort(kept->of, kept->count, sizeof(*kept->of), compare);
	printf("  %-17s  %9s  %9s  %-22s  %s\n", "TIME", "COST", "DURATION", "EVENT", "CAUSE");
	for (unsigned int i = 0; i < kept->count; i++)
		print_event(kept, &kept->of[i]);
	if (total > kept->count)
		printf("  %llu more, of less cost\n", total - kept->count);
}
