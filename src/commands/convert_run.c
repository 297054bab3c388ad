// SPDX-License-Identifier: BSD-2-Clause
#include "commands/convert_run.h"

#include <errno.h>

#include "format/format_needs.h"
#include "format/run_footer.h"

/* Room for a header without fields, a footer up to its flow list, or one entry of that list. */
#define TEXT_MAX 1024

_Static_assert(TEXT_MAX >= FORMAT_HEADER_MAX && TEXT_MAX >= FORMAT_FOOTER_MAX, "each text fits");

static void write_rows(struct convert_run *run, const struct row rows[], size_t count)
{
	char *out = convert_output__reserve(run->output, count * run->to->line_max);

	convert_output__commit(run->output, run->to->rows(out, run->cache, rows, count));
}

/*
 * Writes rows, but leaves out and counts those without a value that the format needs. Rows that the
 * format never writes, those of sent packets in tcp_probe, are not counted.
 */
static void write_known_rows(struct convert_run *run, const struct row_event *event)
{
	const struct row *rows = event->rows.first;
	size_t first = 0, count = event->rows.count;

	for (size_t i = 0; i < count; i++) {
		if (__builtin_expect(format_needs__are_met(run->to, &rows[i]), 1))
			continue;
		write_rows(run, rows + first, i - first);
		run->incomplete_rows++;
		run->missing = format_needs__missing_in(run->to, &rows[i]);
		first = i + 1;
	}
	write_rows(run, rows + first, count - first);
	if (count)
		run->last = rows[count - 1].time;
}

static int write_header(struct convert_run *run, const struct format_start *start)
{
	const struct format *to = run->to;
	struct format_start chosen = *start;

	if (to->one_run && run->has_header)
		return -EEXIST;
	format_cache__begin_run(run->cache, start->enabled);
	run->lacks_footer = to->run_footer != NULL;
	run->last = start->enabled;
	if (to->header && !(to->one_header && run->has_header)) {
		char *out = convert_output__reserve(run->output, TEXT_MAX + format__header_max(to));

		chosen.selection = to->selection;
		convert_output__commit(run->output, to->header(out, &chosen));
	}
	run->has_header = true;
	return 0;
}

/* Writes a part of the footer as the source has it. */
static void write_footer_part(struct convert_run *run, const struct row_event *event)
{
	char *out;

	if (!run->to->footer)
		return;
	out = convert_output__reserve(run->output, TEXT_MAX);
	if (event->kind == ROW_EVENT_FOOTER)
		out = run->to->footer(out, event->footer.disabled, &event->footer.totals);
	else if (event->kind == ROW_EVENT_LISTED_FLOW)
		out = run->to->listed_flow(out, &event->listed_flow);
	else
		*out++ = '\n';
	convert_output__commit(run->output, out);
}

/*
 * Writes the footer that lists the flows of the run's rows, if the format has such a footer and it
 * is not written yet.
 */
static void write_run_footer(struct convert_run *run, struct siftr_time disabled,
			     const struct format_totals *totals)
{
	struct run_footer footer = {.format = run->to, .cache = run->cache};
	char *out;

	if (!run->lacks_footer)
		return;
	run->lacks_footer = false;
	out = convert_output__reserve(run->output, TEXT_MAX);
	out = run_footer__begin(&footer, out, disabled, totals);
	convert_output__commit(run->output, out);
	while (run_footer__has_more(&footer)) {
		out = convert_output__reserve(run->output, run->to->run_footer->flow_max);
		convert_output__commit(run->output, run_footer__next(&footer, out));
	}
	run_footer__report(&footer, run->output->name);
}

int convert_run__write(struct convert_run *run, const struct row_event *event)
{
	const struct format_totals none = {};

	switch (event->kind) {
	case ROW_EVENT_ROWS:
		write_known_rows(run, event);
		break;
	case ROW_EVENT_START:
		return write_header(run, &event->start.values);
	case ROW_EVENT_FOOTER:
		write_run_footer(run, event->footer.disabled, &event->footer.totals);
		write_footer_part(run, event);
		break;
	case ROW_EVENT_LISTED_FLOW:
	case ROW_EVENT_FOOTER_END:
		write_footer_part(run, event);
		break;
	case ROW_EVENT_END:
		/*
		 * A run that was killed gets a footer, because no reader takes the log without one.
		 */
		write_run_footer(run, run->last, &none);
		break;
	}
	return 0;
}
