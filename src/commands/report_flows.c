// SPDX-License-Identifier: BSD-2-Clause
#include "commands/report_flows.h"

#include <string.h>

#include "analyse/analysis.h"
#include "analyse/limits.h"
#include "analyse/sentences.h"
#include "analyse/verdict.h"
#include "commands/flow_columns.h"
#include "commands/flow_notes.h"
#include "format/decimal.h"
#include "page/page_text.h"

/* Room for a number of 64 bits and what separates it. */
#define NUMBER_BYTES 24

static void write_limits(FILE *stream, const char *name, const struct limit_text limits[],
			 int count)
{
	fprintf(stream, ",\"%s\":[", name);
	for (int limit = 0; limit < count; limit++) {
		fputs(limit ? ",[" : "[", stream);
		page_text__json(stream, limits[limit].name);
		fputc(',', stream);
		page_text__json(stream, limits[limit].text);
		fputc(',', stream);
		page_text__json(stream, limits[limit].help);
		fputc(']', stream);
	}
	fputc(']', stream);
}

/* Times are microseconds, which a double holds exactly for 285 years. */
static void write_flow(FILE *stream, const struct flow_analysis *flow)
{
	for (int column = 0; column < flow_columns__count(); column++) {
		struct flow_cell cell = flow_columns__cell(flow, column);
		char text[NUMBER_BYTES], *end = text;

		*end++ = column ? ',' : '[';
		if (cell.kind == FLOW_CELL_UNKNOWN)
			end = stpcpy(end, "null");
		else if (cell.kind != FLOW_CELL_TEXT)
			end = decimal__u64(end, cell.number);
		fwrite(text, 1, (size_t)(end - text), stream);
		if (cell.kind == FLOW_CELL_TEXT)
			page_text__json(stream, cell.text);
	}
	fputc(']', stream);
}

void report_flows__table(FILE *stream, const struct analysis *analysis)
{
	fputs("\"columns\":[", stream);
	for (int column = 0; column < flow_columns__count(); column++)
		fprintf(stream, "%s\"%s\"", column ? "," : "", flow_columns__name(column));
	fputc(']', stream);
	write_limits(stream, "send_limits", send_limits, SEND_LIMITS);
	write_limits(stream, "receive_limits", receive_limits, RECEIVE_LIMITS);
	fputs(",\"flows\":[", stream);
	for (size_t i = 0; i < analysis__count(analysis); i++) {
		fputs(i ? ",\n" : "\n", stream);
		write_flow(stream, analysis__at(analysis, i));
	}
	fputc(']', stream);
}

static void write_sentences(FILE *stream, const char *name, const struct sentences *sentences)
{
	fprintf(stream, "\"%s\":[", name);
	for (unsigned int i = 0; i < sentences->count; i++) {
		if (i)
			fputc(',', stream);
		page_text__json(stream, sentences->of[i].text);
	}
	fputs("],", stream);
}

/* What the event changed: names, or numbers, of which the script knows the unit by the kind. */
static void write_change(FILE *stream, const struct kept_events *kept, const struct event *event)
{
	if (event->kind != EVENT_cc_change) {
		fprintf(stream, ",%u,%u]", event->from, event->to);
		return;
	}
	fputc(',', stream);
	page_text__json(stream, kept->names[event->from]);
	fputc(',', stream);
	page_text__json(stream, kept->names[event->to]);
	fputc(']', stream);
}

static void write_events(FILE *stream, const struct flow_analysis *flow)
{
	const struct kept_events *kept = flow->events.list.kept;
	__u64 total = 0;

	for (int kind = 0; kind < EVENT_KINDS; kind++)
		total += flow->events.list.count[kind];
	fprintf(stream, "\"nr_events\":%llu,\"events\":[", total);
	for (unsigned int i = 0; kept && i < kept->count; i++) {
		const struct event *event = &kept->of[i];

		fprintf(stream, "%s[\"%s\",\"%s\",%llu,%llu,%llu", i ? "," : "",
			event_texts[event->kind], event_causes[event->cause], event->time_us,
			event->duration_us, event->cost_us);
		write_change(stream, kept, event);
	}
	fputc(']', stream);
}

void report_flows__answers(FILE *stream, const struct flow_analysis *flow)
{
	struct sentences sentences;

	sentences.count = 0;
	if (flow->ledger.duration_us)
		verdict__find(&sentences, flow);
	write_sentences(stream, "sentences", &sentences);
	flow_notes__find(&sentences, flow);
	write_sentences(stream, "notes", &sentences);
	write_events(stream, flow);
}
