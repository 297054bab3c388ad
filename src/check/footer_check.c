// SPDX-License-Identifier: BSD-2-Clause
/*
 * At ppl 1 every packet that was not skipped is a line. At ppl N a flow's lines
 * are its packets N, 2N, ..., so k packets are k / N lines, rounded down.
 */
#include "check/footer_check.h"

#include <stdio.h>

#define SATURATED (~0ULL)

static const char *const ways[] = {"inbound", "outbound"};

static void report_count(const struct log_run *run, __u64 line, const char *what, __u64 got,
			 const char *expected, bool is_note)
{
	char text[24];
	struct diagnostic defect = {.line = line, .what = what, .got = text, .expected = expected};

	defect.got_bytes = (size_t)snprintf(text, sizeof(text), "%llu", got);
	if (is_note)
		run->sink->note(run->sink->context, &defect);
	else
		run->sink->defect(run->sink->context, &defect);
}

static void report_pair(const struct log_run *run, __u64 line, enum footer_pair pair,
			const char *name, const char *what, __u64 expected)
{
	char got_text[24], expected_text[24];
	struct diagnostic defect = {.line = line,
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

/* A sum that does not fit 64 bits stays at their largest number: SATURATED or more. */
static __u64 add(__u64 one, __u64 other)
{
	__u64 sum;

	return __builtin_add_overflow(one, other, &sum) ? SATURATED : sum;
}

/* The count of a pair and of its two relatives, FOOTER_IN_... for both directions. */
static __u64 both(const struct log_run *run, enum footer_pair inbound)
{
	return add(run->counts[inbound], run->counts[inbound + 1]);
}

static __u64 skipped(const struct log_run *run, int way)
{
	return add(add(run->counts[FOOTER_IN_SKIPPED_MALLOC + way],
		       run->counts[FOOTER_IN_SKIPPED_TCPCB + way]),
		   run->counts[FOOTER_IN_SKIPPED_INPCB + way]);
}

/* Packets that were not skipped; none when more were skipped than seen. */
static __u64 logged(const struct log_run *run, int way)
{
	__u64 packets = run->counts[FOOTER_IN_PACKETS + way];

	return packets > skipped(run, way) ? packets - skipped(run, way) : 0;
}

static void check_sum(const struct log_run *run, __u64 line, enum footer_pair pair,
		      const char *name, const char *what, __u64 sum)
{
	if (sum == SATURATED)
		report_pair(run, line, pair, name, "a sum of more than any run can count", sum);
	else if (run->counts[pair] != sum)
		report_pair(run, line, pair, name, what, sum);
}

static void check_sums(const struct log_run *run, __u64 line, bool freebsd)
{
	const __u64 *counts = run->counts;
	__u64 all_skipped = add(skipped(run, 0), skipped(run, 1));

	check_sum(run, line, FOOTER_PACKETS, "total_tcp_pkts", "not inbound + outbound",
		  both(run, FOOTER_IN_PACKETS));
	if (!freebsd || all_skipped == SATURATED || counts[FOOTER_SKIPPED] != (__u32)all_skipped)
		check_sum(run, line, FOOTER_SKIPPED, "total_skipped_tcp_pkts",
			  "not the sum of pairs 6 to 11", all_skipped);
	for (int way = 0; way < 2; way++)
		if (skipped(run, way) > counts[FOOTER_IN_PACKETS + way])
			report_pair(run, line, FOOTER_IN_PACKETS + way,
				    way ? "num_outbound_tcp_pkts" : "num_inbound_tcp_pkts",
				    "fewer packets than were skipped", skipped(run, way));
}

/* Lines of one direction or, of "", of both. */
static void check_lines(struct log_run *run, __u64 line, const char *way, __u64 lines,
			__u64 packets)
{
	char what[64], expected[80];
	bool exact = run->ppl == 1;

	if (exact ? lines == packets : lines <= packets)
		return;
	snprintf(what, sizeof(what), "number of %s%sdata lines", way, *way ? " " : "");
	snprintf(expected, sizeof(expected), "%s%llu, the packets less those skipped",
		 exact ? "" : "at most ", packets);
	report_count(run, line, what, lines, expected, false);
}

/* Of a run of unknown ppl. At ppl 2 already, at most every second packet has a line. */
static void check_any_ppl(struct log_run *run, __u64 line, __u64 lines, __u64 packets)
{
	char expected[112];

	run->in_part = lines < packets;
	if (lines >= packets || lines <= packets / 2)
		return;
	snprintf(expected, sizeof(expected),
		 "%llu, the packets less those skipped, or at most %llu at a ppl above 1", packets,
		 packets / 2);
	report_count(run, line, "number of data lines", lines, expected, false);
}

void footer_check__check(struct log_run *run, __u64 line, bool freebsd)
{
	__u64 packets = add(logged(run, 0), logged(run, 1)), lines = log_run__lines(run);
	bool no_memory = both(run, FOOTER_IN_SKIPPED_MALLOC) != 0;
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
		report_count(run, line, "number of data lines", lines, expected, false);
	}
	if (run->ppl == 0)
		check_any_ppl(run, line, lines, packets);
	/* A flow whose packets were all lost for want of memory is listed, and has no line. */
	run->all_logged = !no_memory && !run->bad_lines &&
			  (run->ppl == 1 || (run->ppl == 0 && lines == packets));
}

/*
 * Each flow holds back at most ppl - 1 packets. FreeBSD lists every flow. Our
 * list has 4-tuples, which several connections may have shared without a line.
 */
void footer_check__check_flows(struct log_run *run, __u64 line, bool freebsd)
{
	__u64 packets = add(logged(run, 0), logged(run, 1)), lines = log_run__lines(run);
	__u64 lost = both(run, FOOTER_IN_SKIPPED_MALLOC), flows, held_back, least;
	char expected[96];

	if (run->ppl <= 1)
		return;
	flows = log_run__flows(run);
	if (__builtin_mul_overflow(flows, run->ppl - 1, &held_back) || packets <= held_back)
		return;
	packets -= held_back;
	least = packets / run->ppl + (packets % run->ppl != 0);
	if (add(lines, lost) >= least)
		return;
	snprintf(expected, sizeof(expected),
		 "at least %llu of %llu packets of %llu flow%s at ppl %u", least - lost,
		 packets + held_back, flows, flows == 1 ? "" : "s", run->ppl);
	report_count(run, line, "number of data lines", lines, expected, !freebsd);
}
