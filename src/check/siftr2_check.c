// SPDX-License-Identifier: BSD-2-Clause
/*
 * The published readers of siftr2 logs subtract the time of the first line from all others, divide
 * by the number of a flow's lines and by its mss, and find flows by their ids. They do not reject a
 * log that breaks one of these rules: they read it wrongly, or are ended by it.
 */
#include "check/siftr2_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format/siftr2_text.h"
#include "read/siftr2_flows.h"
#include "read/siftr2_parser.h"

struct siftr2_check {
	const struct diagnostic_sink *sink;
	struct validate_result *result;
	struct siftr2_parser parser;
	struct siftr2_flows flows;
	struct siftr2_footer footer;
	__u64 footer_line, footer_begin;
	__u64 listed, last_nr_records;
	__u64 longest;
	__u32 first_ms;
	bool early; /* a line with a time before the first line's has been reported */
	bool binary;
};

static void report(const struct siftr2_check *check, __u64 line, const char *what, __u64 got,
		   __u64 expected)
{
	char numbers[2][24];
	struct diagnostic defect = {
		.line = line, .what = what, .got = numbers[0], .expected = numbers[1]};

	defect.got_bytes = (size_t)snprintf(numbers[0], sizeof(numbers[0]), "%llu", got);
	snprintf(numbers[1], sizeof(numbers[1]), "%llu", expected);
	diagnostic__defect(check->sink, &defect);
}

static void report_text(const struct siftr2_check *check, __u64 line, const char *what)
{
	diagnostic__defect(check->sink, &(struct diagnostic){.line = line, .what = what});
}

/* Reports a defect of a flow, with its id as a log has it; `entry` is 0 if it is not listed. */
static void report_flow(const struct siftr2_check *check, __u32 flowid, __u64 entry,
			const char *what, const char *expected)
{
	char id[16];
	struct diagnostic defect = {.line = check->footer_line,
				    .unit = "pair",
				    .number = 7,
				    .name = "flow_list",
				    .entry = entry,
				    .what = what,
				    .got = id,
				    .expected = expected};

	defect.got_bytes = (size_t)snprintf(id, sizeof(id), "%08x", flowid);
	diagnostic__defect(check->sink, &defect);
}

static int check_record(struct siftr2_check *check, const struct siftr2_event *event)
{
	struct siftr2_known_flow *flow =
		siftr2_flows__find_or_add(&check->flows, event->record.flowid);

	if (!flow)
		return -ENOMEM;
	if (check->footer_line)
		report_text(check, event->line, "a line after the footer");
	if (!check->result->lines++)
		check->first_ms = event->record.ms;
	if (event->record.ms < check->first_ms && !check->early) {
		report(check, event->line, "a time before that of the first line", event->record.ms,
		       check->first_ms);
		check->early = true;
	}
	if (!flow->nr_records++)
		flow->first_line = event->line;
	if (event->bytes > check->longest)
		check->longest = event->bytes;
	return 0;
}

static void check_header(struct siftr2_check *check, const struct siftr2_event *event)
{
	if (check->result->runs++)
		report_text(check, event->line, "a second run in a file, which no reader expects");
	check->binary = event->header.binary;
}

static void check_footer(struct siftr2_check *check, const struct siftr2_event *event)
{
	check->footer = event->footer;
	check->footer_line = event->line;
	check->listed = check->last_nr_records = 0;
	if (event->footer.longest == check->longest || (check->binary && !check->longest))
		return;
	report(check, event->line,
	       check->binary ? "another record_size" : "another max_str_size than the longest line",
	       event->footer.longest, check->longest);
}

static int check_flow(struct siftr2_check *check, const struct siftr2_flow *listed)
{
	struct siftr2_known_flow *flow = siftr2_flows__find_or_add(&check->flows, listed->flowid);
	__u64 entry = ++check->listed;

	if (!flow)
		return -ENOMEM;
	if (flow->listed)
		report_flow(check, listed->flowid, entry, "a flow listed again", "each flow once");
	if (!listed->flowid || !listed->max_seg_size)
		report_flow(check, listed->flowid, entry, "an id or mss of 0", "none that is 0");
	if (listed->nr_records < check->last_nr_records)
		report_flow(check, listed->flowid, entry, "a flow out of order",
			    "flows in the order of their lines, fewest first");
	if (listed->nr_packets < listed->nr_records)
		report_flow(check, listed->flowid, entry, "fewer packets than lines", NULL);
	check->last_nr_records = listed->nr_records;
	flow->listed = entry;
	flow->flow = *listed;
	if (flow->nr_records != listed->nr_records)
		report(check, check->footer_line, "number of lines of a flow in the flow list",
		       listed->nr_records, flow->nr_records);
	return 0;
}

static void check_footer_end(struct siftr2_check *check)
{
	__u64 bytes = buffered_reader__offset(check->parser.input) - check->footer_begin;
	char what[96];

	if (check->footer.nr_flows != check->listed)
		report(check, check->footer_line,
		       "global_flow_cnt is not the number of listed flows", check->footer.nr_flows,
		       check->listed);
	for (size_t i = 0; i < check->flows.nr_flows; i++) {
		const struct siftr2_known_flow *flow = &check->flows.flows[i];

		if (!flow->listed)
			report_flow(check, flow->flow.flowid, 0,
				    "a flow with lines that is not listed", NULL);
	}
	if (bytes < SIFTR2_TEXT_FOOTER_READ)
		return;
	snprintf(what, sizeof(what), "a footer of %llu bytes: review_siftr2_log reads %d", bytes,
		 SIFTR2_TEXT_FOOTER_READ - 1);
	diagnostic__note(check->sink,
			 &(struct diagnostic){.line = check->footer_line, .what = what});
}

static int check_event(struct siftr2_check *check, const struct siftr2_event *event)
{
	switch (event->kind) {
	case SIFTR2_HEADER:
		check_header(check, event);
		return 0;
	case SIFTR2_RECORD:
		return check_record(check, event);
	case SIFTR2_FOOTER:
		check_footer(check, event);
		return 0;
	case SIFTR2_FLOW:
		return check_flow(check, &event->flow);
	case SIFTR2_FOOTER_END:
		check_footer_end(check);
		return 0;
	case SIFTR2_MALFORMED:
	case SIFTR2_END:
		break;
	}
	return 0;
}

int siftr2_check__log(struct buffered_reader *input, const struct diagnostic_sink *sink,
		      struct validate_result *result)
{
	struct siftr2_check check = {.sink = sink, .result = result};
	struct siftr2_event event;
	int err = siftr2_flows__open(&check.flows);

	siftr2_parser__init(&check.parser, input, sink);
	while (!err) {
		__u64 begin = buffered_reader__offset(input);

		err = siftr2_parser__next(&check.parser, &event);
		if (err || event.kind == SIFTR2_END)
			break;
		if (event.kind == SIFTR2_FOOTER)
			check.footer_begin = begin;
		err = check_event(&check, &event);
	}
	if (!err && !check.footer_line)
		report_text(&check, event.line,
			    "no footer: the run was killed, or its end is missing");
	result->flows = check.flows.nr_flows;
	siftr2_flows__free(&check.flows);
	return err;
}
