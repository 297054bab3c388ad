// SPDX-License-Identifier: BSD-2-Clause
/*
 * The body of a run and its flow list. FreeBSD lists a flow once for each of
 * its ids and writes IPv6 addresses in its own way, so both are judged by the
 * header's sysname.
 */
#include "check/log_run.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "check/footer_check.h"

#define TUPLE_BYTES_MAX 128

int log_run__begin(struct log_run *run, __u32 ppl, const struct defect_sink *sink)
{
	*run = (struct log_run){.sink = sink, .ppl = ppl};
	return flow_index__open(&run->census);
}

void log_run__end(struct log_run *run)
{
	flow_index__free(&run->census);
}

static bool is_freebsd(const struct log_run *run)
{
	return !strcmp(run->header.sysname, "FreeBSD");
}

static void report_defect(const struct log_run *run, const struct diagnostic *defect)
{
	run->sink->defect(run->sink->context, defect);
}

/* The address at the beginning of `text`, as inet_ntop(3) writes it; NULL if it is none. */
static const char *usual_form(const char *text, size_t bytes, char form[INET6_ADDRSTRLEN])
{
	char room[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (bytes >= sizeof(room))
		return NULL;
	memcpy(room, text, bytes);
	room[bytes] = '\0';
	if (inet_pton(AF_INET6, room, &address) != 1)
		return NULL;
	return inet_ntop(AF_INET6, &address, form, INET6_ADDRSTRLEN);
}

static void check_form(const struct log_run *run, __u64 line, unsigned int number, const char *text)
{
	char form[INET6_ADDRSTRLEN];
	size_t bytes = strcspn(text, ",");
	const char *usual = usual_form(text, bytes, form);
	struct diagnostic defect = {.line = line,
				    .unit = "column",
				    .number = number,
				    .name = number == 3 ? "local address" : "foreign address",
				    .what = "an unusual form",
				    .got = text,
				    .got_bytes = bytes,
				    .expected = usual};

	if (!usual || strlen(usual) != bytes || memcmp(usual, text, bytes) != 0)
		report_defect(run, &defect);
}

/* What is asked of a flow once: its addresses. */
static void check_new_flow(const struct log_run *run, const struct line_event *event)
{
	const char *local = event->data.flow, *foreign = local;

	if (event->data.family != 6)
		return;
	if (run->header.ipmode == 4) {
		struct diagnostic defect = {.line = event->line,
					    .unit = "column",
					    .number = 3,
					    .name = "local address",
					    .what = "IPv6 in a log of ipmode 4",
					    .got = local,
					    .got_bytes = strcspn(local, ","),
					    .expected = "an IPv4 address"};

		report_defect(run, &defect);
	}
	if (is_freebsd(run))
		return;
	for (int commas = 0; commas < 2; foreign++)
		commas += *foreign == ',';
	check_form(run, event->line, 3, local);
	check_form(run, event->line, 5, foreign);
}

static void check_finding(struct log_run *run, const struct line_event *event, int finding,
			  const struct census_flow *flow, const struct census_flow *other)
{
	char got[16], expected[TUPLE_BYTES_MAX + 64];
	struct diagnostic defect = {.line = event->line,
				    .unit = "column",
				    .number = 26,
				    .name = "flowid",
				    .got = got,
				    .expected = expected};

	if (finding == CENSUS_NEW_FLOW || finding == CENSUS_ID_TAKEN)
		check_new_flow(run, event);
	if (finding == CENSUS_NEW_FLOW)
		return;
	defect.got_bytes = (size_t)snprintf(got, sizeof(got), "%u", event->data.flowid);
	if (finding == CENSUS_ID_TAKEN) {
		if (run->sharing++)
			return;
		run->sharing_line = event->line;
		defect.what = is_freebsd(run) ? "several flows have this id, as those of network "
						"cards without a flow hash (vtnet) do"
					      : "the id of another flow";
		snprintf(expected, sizeof(expected), "one that %.*s (line %llu) does not have",
			 other->bytes, flow_index__text(&run->census, other), other->first_line);
		report_defect(run, &defect);
	} else {
		defect.what = "another id than the flow had before";
		snprintf(expected, sizeof(expected), "%u (line %llu), or a connection of its own",
			 flow->first_flowid, flow->first_line);
		run->sink->note(run->sink->context, &defect);
	}
}

static void check_time(struct log_run *run, const struct line_event *event)
{
	__u64 now = event->data.time_us;

	if (now < run->last_us) {
		if (!run->steps_back++)
			run->first_step_line = event->line;
		if (run->last_us - now > run->largest_step_us)
			run->largest_step_us = run->last_us - now;
	}
	run->last_us = now;
}

int log_run__data(struct log_run *run, const struct line_event *event)
{
	const struct scan_line *data = &event->data;
	struct census_flow *flow, *other = NULL;
	int finding;

	run->lines[data->direction == 'o']++;
	check_time(run, event);
	finding = flow_index__count(&run->census, data->flowid, data->flow, data->flow_bytes,
				    event->line, &flow, &other);
	if (finding > CENSUS_KNOWN)
		check_finding(run, event, finding, flow, other);
	return finding < 0 ? finding : 0;
}

void log_run__bad_data(struct log_run *run, const struct line_event *event)
{
	if (event->data.direction)
		run->lines[event->data.direction == 'o']++;
	else
		run->lines_nowhere++;
	run->bad_lines++;
}

void log_run__footer(struct log_run *run, const struct line_event *event)
{
	memcpy(run->counts, event->counts, sizeof(run->counts));
	run->counts_known = event->defects == 0;
	if (run->counts_known)
		footer_check__check(run, event->line, is_freebsd(run));
}

/* "laddr;lport-faddr;fport" as a data line has it; tuples hold no other ';' and '-'. */
static void as_columns(char *out, const char *tuple, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		out[i] = tuple[i] == ';' || tuple[i] == '-' ? ',' : tuple[i];
}

int log_run__tuple(struct log_run *run, const struct line_event *event)
{
	struct diagnostic defect = {.line = event->line,
				    .unit = "pair",
				    .number = FOOTER_COUNTS + 1,
				    .name = "flow_list",
				    .entry = event->tuple.number,
				    .got = event->tuple.text,
				    .got_bytes = event->tuple.bytes};
	char text[TUPLE_BYTES_MAX], expected[64];
	struct census_flow *flow;
	int err;

	if (event->defects)
		return 0;
	as_columns(text, event->tuple.text, event->tuple.bytes);
	err = flow_index__find(&run->census, text, event->tuple.bytes, &flow);
	if (err)
		return err;
	if (flow->listed) {
		snprintf(expected, sizeof(expected), "once, as entry %llu", flow->listed);
		defect.what = "a flow listed again";
		defect.expected = expected;
		if (is_freebsd(run))
			run->sink->note(run->sink->context, &defect);
		else
			report_defect(run, &defect);
		return 0;
	}
	flow->listed = event->tuple.number;
	if (flow->first_line || !run->all_logged)
		return 0;
	defect.what = "a flow without a data line";
	defect.expected = "the flows of the data lines";
	report_defect(run, &defect);
	return 0;
}

static void report_missing(const struct log_run *run, __u64 line, const struct census_flow *flow)
{
	char what[64], expected[TUPLE_BYTES_MAX];
	struct diagnostic defect = {.line = line,
				    .unit = "pair",
				    .number = FOOTER_COUNTS + 1,
				    .name = "flow_list",
				    .what = what,
				    .expected = expected};
	int commas = 0;

	snprintf(what, sizeof(what), "the flow of line %llu is missing", flow->first_line);
	snprintf(expected, sizeof(expected), "%.*s,", flow->bytes,
		 flow_index__text(&run->census, flow));
	for (char *at = expected; commas < 3; at++)
		if (*at == ',')
			*at = ++commas == 2 ? '-' : ';';
	report_defect(run, &defect);
}

/* FreeBSD lists of those with the same id only the first. */
static bool must_be_listed(const struct log_run *run, const struct census_flow *flow)
{
	return !flow->listed && !(flow->shares_id && is_freebsd(run));
}

static void report_number(const struct log_run *run, __u64 line, __u64 number, const char *what)
{
	char text[80];

	snprintf(text, sizeof(text), "%llu more flow%s %s", number, number == 1 ? "" : "s", what);
	report_defect(run, &(struct diagnostic){.line = line, .what = text});
}

void log_run__footer_end(struct log_run *run, const struct line_event *event)
{
	__u64 missing = 0;

	/* A truncated list lacks flows; they are not reported one by one. */
	if (event->defects || event->footer_cut)
		return;
	if (run->counts_known)
		footer_check__check_flows(run, event->line, is_freebsd(run));
	for (size_t i = 0; i < run->census.nr_flows; i++)
		if (must_be_listed(run, &run->census.flows[i]) && !missing++)
			report_missing(run, event->line, &run->census.flows[i]);
	if (missing > 1)
		report_number(run, event->line, missing - 1, "with data lines, missing as well");
}

void log_run__tell_rest(const struct log_run *run)
{
	if (run->sharing > 1)
		report_number(run, run->sharing_line, run->sharing - 1,
			      "with the id of another flow");
}

__u64 log_run__flows(const struct log_run *run)
{
	__u64 flows = 0;

	for (size_t i = 0; i < run->census.nr_flows; i++)
		flows += run->census.flows[i].nr_flowids > 1 ? run->census.flows[i].nr_flowids : 1;
	return flows;
}
