// SPDX-License-Identifier: BSD-2-Clause
/*
 * At ppl 1 every packet that was not skipped is a line. At ppl N a flow's lines
 * are its packets N, 2N, ..., so k packets are k / N lines, rounded down.
 */
#include "log/contracts.h"

#include <stdio.h>

static const char *const ways[] = {"inbound", "outbound"};

static void complain(const struct run *run, __u64 line, const char *what, __u64 got,
		     const char *expected, bool is_note)
{
	char text[24];
	struct defect defect = {.line = line, .what = what, .got = text, .expected = expected};

	defect.got_bytes = (size_t)snprintf(text, sizeof(text), "%llu", got);
	if (is_note)
		run->sink->note(run->sink->context, &defect);
	else
		run->sink->defect(run->sink->context, &defect);
}

static void complain_pair(const struct run *run, __u64 line, enum footer_pair pair,
			  const char *name, const char *what, __u64 expected)
{
	char got_text[24], expected_text[24];
	struct defect defect = {.line = line,
				.unit = "pair",
				.number = pair + 1,
				.name = name,
				.what = what,
				.got = got_text,
				.expected = expected_text};

	defect.got_bytes = (size_t)snprintf(got_text, sizeof(got_text), "%llu", run->counts[pair]);
	snprintf(expected_text, sizeof(expected_text), "%llu", expected);
	run->sink->defect(run->sink->context, &defect);
}

static __u64 skipped(const struct run *run, int way)
{
	return run->counts[FOOTER_IN_SKIPPED_MALLOC + way] +
	       run->counts[FOOTER_IN_SKIPPED_TCPCB + way] +
	       run->counts[FOOTER_IN_SKIPPED_INPCB + way];
}

/* Packets that were not skipped; none when more were skipped than seen. */
static __u64 logged(const struct run *run, int way)
{
	__u64 packets = run->counts[FOOTER_IN_PACKETS + way];

	return packets > skipped(run, way) ? packets - skipped(run, way) : 0;
}

static void check_sums(struct run *run, __u64 line, bool freebsd)
{
	const __u64 *counts = run->counts;
	__u64 packets = counts[FOOTER_IN_PACKETS] + counts[FOOTER_OUT_PACKETS];
	__u64 all_skipped = skipped(run, 0) + skipped(run, 1);

	if (counts[FOOTER_PACKETS] != packets)
		complain_pair(run, line, FOOTER_PACKETS, "total_tcp_pkts", "not inbound + outbound",
			      packets);
	if (counts[FOOTER_SKIPPED] != all_skipped &&
	    !(freebsd && counts[FOOTER_SKIPPED] == (__u32)all_skipped))
		complain_pair(run, line, FOOTER_SKIPPED, "total_skipped_tcp_pkts",
			      "not the sum of pairs 6 to 11", all_skipped);
	for (int way = 0; way < 2; way++)
		if (skipped(run, way) > counts[FOOTER_IN_PACKETS + way])
			complain_pair(run, line, FOOTER_IN_PACKETS + way,
				      way ? "num_outbound_tcp_pkts" : "num_inbound_tcp_pkts",
				      "fewer packets than were skipped", skipped(run, way));
}

/* Lines of one direction or, of "", of both. */
static void check_lines(struct run *run, __u64 line, const char *way, __u64 lines, __u64 packets)
{
	char what[64], expected[80];
	bool exact = run->ppl == 1;

	if (exact ? lines == packets : lines <= packets)
		return;
	snprintf(what, sizeof(what), "number of %s%sdata lines", way, *way ? " " : "");
	snprintf(expected, sizeof(expected), "%s%llu, the packets less those skipped",
		 exact ? "" : "at most ", packets);
	complain(run, line, what, lines, expected, false);
}

void contracts__check(struct run *run, __u64 line, bool freebsd)
{
	__u64 packets = logged(run, 0) + logged(run, 1), lines = run__lines(run);
	__u64 no_memory =
		run->counts[FOOTER_IN_SKIPPED_MALLOC] + run->counts[FOOTER_OUT_SKIPPED_MALLOC];
	char expected[64];

	check_sums(run, line, freebsd);
	if (run->lines_nowhere)
		check_lines(run, line, "", lines, packets);
	else
		for (int way = 0; way < 2; way++)
			check_lines(run, line, ways[way], run->lines[way], logged(run, way));
	if (run->ppl > 1 && lines <= packets && lines > packets / run->ppl) {
		snprintf(expected, sizeof(expected), "at most %llu of %llu packets at ppl %u",
			 packets / run->ppl, packets, run->ppl);
		complain(run, line, "number of data lines", lines, expected, false);
	}
	run->in_part = run->ppl == 0 && lines < packets;
	run->no_ppl_fits = run->in_part && lines > packets / 2;
	/* A flow whose packets were all lost for want of memory is listed, and has no line. */
	run->all_logged = !no_memory && !run->bad_lines &&
			  (run->ppl == 1 || (run->ppl == 0 && lines == packets));
}

/*
 * Each flow holds back at most ppl - 1 packets. FreeBSD lists every flow. Our
 * list has 4-tuples, which several connections may have shared without a line.
 */
void contracts__check_flows(struct run *run, __u64 line, bool freebsd)
{
	__u64 packets = logged(run, 0) + logged(run, 1), lines = run__lines(run);
	__u64 lost = run->counts[FOOTER_IN_SKIPPED_MALLOC] + run->counts[FOOTER_OUT_SKIPPED_MALLOC];
	__u64 flows = 0, held_back;
	char expected[96];

	if (run->ppl <= 1)
		return;
	for (size_t i = 0; i < run->census.nr_flows; i++)
		flows += run->census.flows[i].nr_flowids > 1 ? run->census.flows[i].nr_flowids : 1;
	if (__builtin_mul_overflow(flows, run->ppl - 1, &held_back) || packets <= held_back ||
	    lines + lost >= (packets - held_back + run->ppl - 1) / run->ppl)
		return;
	snprintf(expected, sizeof(expected),
		 "at least %llu of %llu packets of %llu flows at ppl %u",
		 (packets - held_back + run->ppl - 1) / run->ppl - lost, packets, flows, run->ppl);
	complain(run, line, "number of data lines", lines, expected, !freebsd);
}
