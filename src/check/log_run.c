// SPDX-License-Identifier: BSD-2-Clause
/*
 * The header's sysname decides how strictly flows are checked, because FreeBSD lists a flow once
 * for each of its flowids and writes IPv6 addresses in its own notation.
 */
#include "check/log_run.h"

#include <stdio.h>
#include <string.h>

#include "check/address_check.h"
#include "check/footer_check.h"
#include "format/tuple.h"
#include "report/plural.h"

int log_run__begin(struct log_run *run, __u32 ppl, const struct diagnostic_sink *sink)
{
	*run = (struct log_run){.sink = sink, .ppl = ppl};
	return flow_index__open(&run->flow_index);
}

void log_run__end(struct log_run *run)
{
	flow_index__free(&run->flow_index);
}

static bool is_freebsd(const struct log_run *run)
{
	return !strcmp(run->header.sysname, "FreeBSD");
}

static bool is_1_2(const struct log_run *run)
{
	return run->header.version == SIFTR_1_2;
}

static void report_flowid(struct log_run *run, const struct line_event *event, int result,
			  const struct indexed_flow *flow, const struct indexed_flow *other)
{
	char got[16], expected[TUPLE_ROOM + 64];
	struct diagnostic defect = {.line = event->line,
				    .unit = "column",
				    .number = is_1_2(run) ? 27 : 26,
				    .name = "flowid",
				    .got = got,
				    .expected = expected};

	if (result == FLOW_INDEX_NEW_FLOW || result == FLOW_INDEX_ID_TAKEN)
		address_check__flow(run->sink, &run->header, is_freebsd(run) || is_1_2(run), event);
	/* In SIFTR 1.2.4 a flowid of 0 means that the packet has none: many flows may have it. */
	if (result == FLOW_INDEX_NEW_FLOW || event->data.flowid == 0)
		return;
	defect.got_bytes = (size_t)snprintf(got, sizeof(got), "%u", event->data.flowid);
	if (result == FLOW_INDEX_ID_TAKEN) {
		if (run->nr_sharing_flows++)
			return;
		run->first_sharing_line = event->line;
		defect.what = is_freebsd(run) ? "several flows have this id, as those of network "
						"cards without a flow hash (vtnet) do"
					      : "the id of another flow";
		snprintf(expected, sizeof(expected), "one that %.*s (line %llu) does not have",
			 other->bytes, flow_index__text(&run->flow_index, other),
			 other->first_line);
		diagnostic__defect(run->sink, &defect);
	} else {
		defect.what = "another id than the flow had before";
		snprintf(expected, sizeof(expected), "%u (line %llu), or a connection of its own",
			 flow->first_flowid, flow->first_line);
		diagnostic__note(run->sink, &defect);
	}
}

static void check_time(struct log_run *run, const struct line_event *event)
{
	struct time_steps_back *steps = &run->steps_back;
	__u64 now = event->data.time_us;

	if (now < run->last_us) {
		if (!steps->count++)
			steps->first_line = event->line;
		if (run->last_us - now > steps->largest_us)
			steps->largest_us = run->last_us - now;
	}
	run->last_us = now;
}

int log_run__data(struct log_run *run, const struct line_event *event)
{
	const struct data_line *data = &event->data;
	struct indexed_flow *flow, *other = NULL;
	int result;

	run->lines.by_direction[data->direction == 'o']++;
	check_time(run, event);
	result = flow_index__add_line(&run->flow_index, data->flowid, data->flow, data->flow_bytes,
				      event->line, &flow, &other);
	if (result > FLOW_INDEX_KNOWN)
		report_flowid(run, event, result, flow, other);
	return result < 0 ? result : 0;
}

void log_run__malformed_data(struct log_run *run, const struct line_event *event)
{
	if (event->data.direction)
		run->lines.by_direction[event->data.direction == 'o']++;
	else
		run->lines.without_direction++;
	run->lines.malformed++;
}

static struct footer_check footer_check_of(const struct log_run *run, __u64 line)
{
	return (struct footer_check){.sink = run->sink,
				     .line = line,
				     .counts = run->counts,
				     .lines = &run->lines,
				     .ppl = run->ppl,
				     .version = run->header.version,
				     .freebsd = is_freebsd(run)};
}

void log_run__footer(struct log_run *run, const struct line_event *event)
{
	struct footer_check check = footer_check_of(run, event->line);

	memcpy(run->counts, event->counts, sizeof(run->counts));
	run->counts_valid = event->defects == 0;
	if (!run->counts_valid)
		return;
	footer_check__counts(&check);
	run->sampled = footer_check__is_sampled(&check);
	run->flows_have_lines = footer_check__flows_have_lines(&check);
}

int log_run__tuple(struct log_run *run, const struct line_event *event)
{
	struct diagnostic defect = {.line = event->line,
				    .unit = "pair",
				    .number = key_values__flow_list_pair(run->header.version),
				    .name = "flow_list",
				    .entry = event->tuple.number,
				    .got = event->tuple.text,
				    .got_bytes = event->tuple.bytes};
	char text[TUPLE_ROOM], expected[64];
	struct indexed_flow *flow;
	int err;

	if (event->defects)
		return 0;
	tuple__separate(text, event->tuple.text, event->tuple.bytes, TUPLE_COLUMNS);
	err = flow_index__find_or_add(&run->flow_index, text, event->tuple.bytes, &flow);
	if (err)
		return err;
	if (flow->listed) {
		snprintf(expected, sizeof(expected), "once, as entry %llu", flow->listed);
		defect.what = "a flow listed again";
		defect.expected = expected;
		if (is_freebsd(run))
			diagnostic__note(run->sink, &defect);
		else
			diagnostic__defect(run->sink, &defect);
		return 0;
	}
	flow->listed = event->tuple.number;
	if (flow->first_line || !run->flows_have_lines)
		return 0;
	defect.what = "a flow without a data line";
	defect.expected = "the flows of the data lines";
	diagnostic__defect(run->sink, &defect);
	return 0;
}

static void report_missing(const struct log_run *run, __u64 line, const struct indexed_flow *flow)
{
	char what[64], expected[TUPLE_ROOM];
	struct diagnostic defect = {.line = line,
				    .unit = "pair",
				    .number = key_values__flow_list_pair(run->header.version),
				    .name = "flow_list",
				    .what = what,
				    .expected = expected};

	snprintf(what, sizeof(what), "the flow of line %llu is missing", flow->first_line);
	*tuple__separate(expected, flow_index__text(&run->flow_index, flow), flow->bytes,
			 TUPLE_LIST_ENTRY) = '\0';
	diagnostic__defect(run->sink, &defect);
}

/*
 * Whether the flow list lacks a flow that it must have. If several flows have the same flowid,
 * FreeBSD lists only the first of them.
 */
static bool must_be_listed(const struct log_run *run, const struct indexed_flow *flow)
{
	return !flow->listed && !(flow->shares_id && is_freebsd(run));
}

static void report_more_flows(const struct log_run *run, __u64 line, __u64 number, const char *what)
{
	char text[80];

	snprintf(text, sizeof(text), "%llu more flow%s %s", number, plural__ending(number), what);
	diagnostic__defect(run->sink, &(struct diagnostic){.line = line, .what = text});
}

void log_run__footer_end(struct log_run *run, const struct line_event *event)
{
	struct footer_check check = footer_check_of(run, event->line);
	__u64 missing = 0;

	/*
	 * Do not report flows that are missing from a truncated list, which has been reported
	 * itself.
	 */
	if (event->defects || event->footer_truncated)
		return;
	if (run->counts_valid)
		footer_check__flows(&check, log_run__nr_flows(run));
	for (size_t i = 0; i < run->flow_index.nr_flows; i++)
		if (must_be_listed(run, &run->flow_index.flows[i]) && !missing++)
			report_missing(run, event->line, &run->flow_index.flows[i]);
	if (missing > 1)
		report_more_flows(run, event->line, missing - 1,
				  "with data lines, missing as well");
}

void log_run__report_shared_ids(const struct log_run *run)
{
	if (run->nr_sharing_flows > 1)
		report_more_flows(run, run->first_sharing_line, run->nr_sharing_flows - 1,
				  "with the id of another flow");
}

__u64 log_run__nr_flows(const struct log_run *run)
{
	__u64 flows = 0;

	for (size_t i = 0; i < run->flow_index.nr_flows; i++)
		flows += run->flow_index.flows[i].nr_flowids > 1
				 ? run->flow_index.flows[i].nr_flowids
				 : 1;
	return flows;
}
