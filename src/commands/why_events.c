// SPDX-License-Identifier: BSD-2-Clause
#include "commands/why_events.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyse/flow_analysis.h"
#include "report/clock_time.h"
#include "report/human.h"
#include "report/text.h"

/* "22:13:20.001000", and with "2023-11-14 " before it. */
#define TIME_WIDTH 15
#define DATE_WIDTH 26

static int compare(const void *one, const void *other)
{
	const struct event *a = one, *b = other;

	if (a->cost_us != b->cost_us)
		return a->cost_us > b->cost_us ? -1 : 1;
	return a->time_us < b->time_us ? -1 : a->time_us > b->time_us;
}

static void print_names(const char *from, const char *to)
{
	fputs(", from ", stdout);
	text__print(stdout, from);
	fputs(" to ", stdout);
	text__print(stdout, to);
}

/* Prints what the event changed, if it did: names, times or sizes, those of a segment in bytes. */
static void print_change(const struct kept_events *kept, const struct event *event)
{
	char from[HUMAN_BYTES], to[HUMAN_BYTES];

	if (event->kind == EVENT_cc_change) {
		print_names(kept->names[event->from], kept->names[event->to]);
	} else if (event->kind == EVENT_srtt_rise) {
		printf(", from %s to %s", human__time(from, event->from),
		       human__time(to, event->to));
	} else if (event->kind == EVENT_mss_fall) {
		printf(", from %u to %u bytes", event->from, event->to);
	} else if (event->kind == EVENT_reset) {
		printf(", %s not acknowledged, %s not sent", human__size(from, event->from),
		       human__size(to, event->to));
	} else if (event->from || event->to) {
		printf(", from %s to %s", human__size(from, event->from),
		       human__size(to, event->to));
	}
}

/* Of a flow that lasts beyond midnight some times have dates, and `width` has room for them. */
static void print_event(const struct flow_analysis *flow, const struct event *event, int width)
{
	char moment[CLOCK_TIME_BYTES], cost[HUMAN_BYTES], duration[HUMAN_BYTES];

	printf("  %-*s  %9s  %9s  %-22s  %s", width,
	       clock_time__since(moment, event->time_us, flow->begin_us),
	       event->cost_us ? human__time(cost, event->cost_us) : "-",
	       event->duration_us ? human__time(duration, event->duration_us) : "-",
	       event_texts[event->kind], event_causes[event->cause]);
	print_change(flow->events.list.kept, event);
	putchar('\n');
}

void why_events__print(const struct flow_analysis *flow)
{
	struct kept_events *kept = flow->events.list.kept;
	int width =
		clock_time__same_day(flow->begin_us, flow->last.time_us) ? TIME_WIDTH : DATE_WIDTH;
	bool has_zone = *clock_time__zone(flow->begin_us);
	__u64 total = 0;

	for (int kind = 0; kind < EVENT_KINDS; kind++)
		total += flow->events.list.count[kind];
	if (!total) {
		puts("  No events.");
		return;
	}
	qsort(kept->of, kept->count, sizeof(*kept->of), compare);
	printf("  %-*s  %9s  %9s  %-22s  %s\n", width, has_zone ? "TIME (UTC)" : "TIME", "COST",
	       "DURATION", "EVENT", "CAUSE");
	for (unsigned int i = 0; i < kept->count; i++)
		print_event(flow, &kept->of[i], width);
	if (total > kept->count)
		printf("  %llu more, of less cost\n", total - kept->count);
}
