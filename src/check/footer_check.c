// SPDX-License-Identifier: BSD-2-Clause
/*
 * The footer counts packets, of which only some have lines. At ppl 1 each packet that was not
 * skipped has one. At ppl N, SIFTR 1.3.0 logs the packets N, 2N and so on of a flow, so k packets
 * yield k / N lines, rounded down; SIFTR 1.2.4 logs 1, N + 1, 2N + 1 and so on: rounded up.
 */
#include "check/footer_check.h"

#include <stdio.h>

#include <siftr/sampling.h>

#include "report/plural.h"

/* Stands for a sum that does not fit 64 bits. */
#define SATURATED (~0ULL)

static const char *const directions[] = {"inbound", "outbound"};
static const char *const packet_keys[] = {"num_inbound_tcp_pkts", "num_outbound_tcp_pkts"};

static void report_lines(const struct footer_check *check, const char *what, __u64 lines,
			 const char *expected, bool is_note)
{
	char got[24];
	struct diagnostic diagnostic = {
		.line = check->line, .what = what, .got = got, .expected = expected};

	diagnostic.got_bytes = (size_t)snprintf(got, sizeof(got), "%llu", lines);
	if (is_note)
		diagnostic__note(check->sink, &diagnostic);
	else
		diagnostic__defect(check->sink, &diagnostic);
}

/* Position of a count in the footer, from 1. SIFTR 1.2.4 has two more pairs before tcpcb's. */
static unsigned int pair_number(const struct footer_check *check, enum footer_pair pair)
{
	return pair + 1 + (check->version == SIFTR_1_2 && pair >= FOOTER_IN_SKIPPED_TCPCB ? 2 : 0);
}

static void report_pair(const struct footer_check *check, enum footer_pair pair, const char *name,
			const char *what, __u64 expected_count)
{
	char got[24], expected[24];
	struct diagnostic defect = {.line = check->line,
				    .unit = "pair",
				    .number = pair_number(check, pair),
				    .name = name,
				    .what = what,
				    .got = got,
				    .expected = expected};

	defect.got_bytes = (size_t)snprintf(got, sizeof(got), "%llu", check->counts[pair]);
	snprintf(expected, sizeof(expected), "%llu", expected_count);
	diagnostic__defect(check->sink, &defect);
}

static __u64 add(__u64 one, __u64 other)
{
	__u64 sum;

	return __builtin_add_overflow(one, other, &sum) ? SATURATED : sum;
}

/* The sum of an inbound count and of the outbound count that follows it. */
static __u64 both_directions(const struct footer_check *check, enum footer_pair inbound)
{
	return add(check->counts[inbound], check->counts[inbound + 1]);
}

static __u64 skipped(const struct footer_check *check, int direction)
{
	const __u64 *counts = check->counts;

	return add(add(counts[FOOTER_IN_SKIPPED_MALLOC + direction],
		       counts[FOOTER_IN_SKIPPED_TCPCB + direction]),
		   counts[FOOTER_IN_SKIPPED_INPCB + direction]);
}

/*
 * Packets of a direction that were not skipped, by the footer; 0 if it counts more skipped packets
 * than packets.
 */
static __u64 not_skipped(const struct footer_check *check, int direction)
{
	__u64 packets = check->counts[FOOTER_IN_PACKETS + direction];

	return packets > skipped(check, direction) ? packets - skipped(check, direction) : 0;
}

static __u64 all_not_skipped(const struct footer_check *check)
{
	return add(not_skipped(check, 0), not_skipped(check, 1));
}

static void check_sum(const struct footer_check *check, enum footer_pair pair, const char *name,
		      const char *what, __u64 sum)
{
	if (sum == SATURATED)
		report_pair(check, pair, name, "a sum of more than any run can count", sum);
	else if (check->counts[pair] != sum)
		report_pair(check, pair, name, what, sum);
}

static void check_sums(const struct footer_check *check)
{
	const __u64 *counts = check->counts;
	__u64 all_skipped = add(skipped(check, 0), skipped(check, 1));

	check_sum(check, FOOTER_PACKETS, "total_tcp_pkts", "not inbound + outbound",
		  both_directions(check, FOOTER_IN_PACKETS));
	if (!check->freebsd || all_skipped == SATURATED ||
	    counts[FOOTER_SKIPPED] != (__u32)all_skipped)
		check_sum(check, FOOTER_SKIPPED, "total_skipped_tcp_pkts",
			  check->version == SIFTR_1_2 ? "not the sum of pairs 6 to 13"
						      : "not the sum of pairs 6 to 11",
			  all_skipped);
	for (int direction = 0; direction < 2; direction++)
		if (skipped(check, direction) > counts[FOOTER_IN_PACKETS + direction])
			report_pair(check, FOOTER_IN_PACKETS + direction, packet_keys[direction],
				    "fewer packets than were skipped", skipped(check, direction));
}

/*
 * Compares the number of data lines with that of the packets that were not skipped: equal at ppl 1,
 * else at most as many. `direction` is "" if both are of both directions.
 */
static void check_lines(const struct footer_check *check, const char *direction, __u64 lines,
			__u64 packets)
{
	char what[64], expected[80];
	bool exact = check->ppl == 1;

	if (exact ? lines == packets : lines <= packets)
		return;
	snprintf(what, sizeof(what), "number of %s%sdata lines", direction, *direction ? " " : "");
	snprintf(expected, sizeof(expected), "%s%llu, the packets less those skipped",
		 exact ? "" : "at most ", packets);
	report_lines(check, what, lines, expected, false);
}

/* Whether the lines are every N-th packet of a flow, of a known N above 1. */
static bool has_ppl(const struct footer_check *check)
{
	return check->ppl > 1 && check->ppl != SIFTR_NO_PPL;
}

/*
 * For SIFTR 1.2.4 at ppl N: k packets of a flow yield k / N lines, rounded up, so all packets
 * together yield at least their number / N.
 */
static void check_lines_of_first(const struct footer_check *check, __u64 lines, __u64 packets)
{
	__u64 least = packets / check->ppl + (packets % check->ppl != 0);
	char expected[64];

	if (lines >= least)
		return;
	snprintf(expected, sizeof(expected), "at least %llu of %llu packets at ppl %u", least,
		 packets, check->ppl);
	report_lines(check, "number of data lines", lines, expected, false);
}

static void check_lines_of_ppl(const struct footer_check *check, __u64 lines, __u64 packets)
{
	char expected[64];

	if (check->version == SIFTR_1_2) {
		check_lines_of_first(check, lines, packets);
		return;
	}
	if (lines > packets || lines <= packets / check->ppl)
		return;
	snprintf(expected, sizeof(expected), "at most %llu of %llu packets at ppl %u",
		 packets / check->ppl, packets, check->ppl);
	report_lines(check, "number of data lines", lines, expected, false);
}

/*
 * Checks the number of lines of SIFTR 1.3.0 if the ppl is not known: there must be as many as
 * packets (ppl 1) or at most half as many (ppl 2 and above).
 */
static void check_lines_of_any_ppl(const struct footer_check *check, __u64 lines, __u64 packets)
{
	char expected[112];

	if (lines >= packets || lines <= packets / 2)
		return;
	snprintf(expected, sizeof(expected),
		 "%llu, the packets less those skipped, or at most %llu at a ppl above 1", packets,
		 packets / 2);
	report_lines(check, "number of data lines", lines, expected, false);
}

void footer_check__counts(const struct footer_check *check)
{
	__u64 packets = all_not_skipped(check), lines = line_counts__sum(check->lines);

	check_sums(check);
	if (check->lines->without_direction)
		check_lines(check, "", lines, packets);
	else
		for (int direction = 0; direction < 2; direction++)
			check_lines(check, directions[direction],
				    check->lines->by_direction[direction],
				    not_skipped(check, direction));
	if (has_ppl(check))
		check_lines_of_ppl(check, lines, packets);
	if (check->ppl == 0 && check->version == SIFTR_1_3)
		check_lines_of_any_ppl(check, lines, packets);
}

bool footer_check__is_sampled(const struct footer_check *check)
{
	return check->ppl == 0 && line_counts__sum(check->lines) < all_not_skipped(check);
}

/*
 * True at ppl 1, or if the ppl is unknown and there are as many lines as packets that were not
 * skipped; but not if a line is malformed, because its flow is unknown, nor if packets were skipped
 * for lack of memory: a flow that lost all its packets that way is listed without a line.
 */
bool footer_check__flows_have_lines(const struct footer_check *check)
{
	if (both_directions(check, FOOTER_IN_SKIPPED_MALLOC) || check->lines->malformed)
		return false;
	return check->ppl == 1 ||
	       (check->ppl == 0 && line_counts__sum(check->lines) == all_not_skipped(check));
}

/*
 * For SIFTR 1.2.4 at ppl N: reports if there are too many lines. The lines of each flow are its
 * packets / N, rounded up, which adds at most (N - 1) / N of a line for each of `flows` flows.
 */
static void check_lines_of_first_flows(const struct footer_check *check, __u64 flows)
{
	__u64 packets = all_not_skipped(check), lines = line_counts__sum(check->lines), most;
	char expected[96];

	if (__builtin_mul_overflow(flows, check->ppl - 1, &most) ||
	    __builtin_add_overflow(most, packets, &most) || lines <= most / check->ppl)
		return;
	snprintf(expected, sizeof(expected),
		 "at most %llu of %llu packets of %llu flow%s at ppl %u", most / check->ppl,
		 packets, flows, plural__ending(flows), check->ppl);
	report_lines(check, "number of data lines", lines, expected, false);
}

/*
 * For SIFTR 1.3.0, reports if there are fewer lines than the packets of `flows` flows yield at this
 * ppl, where up to ppl - 1 packets of each flow may follow its last line. A defect for FreeBSD,
 * whose footer lists every flow; a note for Linux, which lists 4-tuples that several connections
 * may share.
 */
void footer_check__flows(const struct footer_check *check, __u64 flows)
{
	__u64 packets = all_not_skipped(check), lines = line_counts__sum(check->lines);
	__u64 lost = both_directions(check, FOOTER_IN_SKIPPED_MALLOC), without_line, least;
	char expected[96];

	if (has_ppl(check) && check->version == SIFTR_1_2)
		check_lines_of_first_flows(check, flows);
	if (!has_ppl(check) || check->version == SIFTR_1_2)
		return;
	if (__builtin_mul_overflow(flows, check->ppl - 1, &without_line) || packets <= without_line)
		return;
	packets -= without_line;
	least = packets / check->ppl + (packets % check->ppl != 0);
	if (add(lines, lost) >= least)
		return;
	snprintf(expected, sizeof(expected),
		 "at least %llu of %llu packets of %llu flow%s at ppl %u", least - lost,
		 packets + without_line, flows, plural__ending(flows), check->ppl);
	report_lines(check, "number of data lines", lines, expected, !check->freebsd);
}
