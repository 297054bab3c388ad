// SPDX-License-Identifier: BSD-2-Clause
#include "commands/diff_lines.h"

#include <stdio.h>
#include <linux/types.h>

#include "analyse/flow_analysis.h"
#include "format/flow_end.h"
#include "report/human.h"
#include "report/plural.h"
#include "report/text.h"

#define LINE "  %-28s %12s %12s %14s\n"

const char *diff_lines__value(char text[DIFF_LINES_BYTES], const struct summary *summary,
			      enum summary_number number)
{
	double value = summary->value[number];
	char human[HUMAN_BYTES];

	if (!summary->known[number]) {
		snprintf(text, DIFF_LINES_BYTES, "-");
		return text;
	}
	switch (summary_texts[number].unit) {
	case SUMMARY_COUNT:
		snprintf(text, DIFF_LINES_BYTES, "%.0f", value);
		break;
	case SUMMARY_TIME:
		snprintf(text, DIFF_LINES_BYTES, "%s", human__time(human, (__u64)(value + 0.5)));
		break;
	case SUMMARY_BYTES:
		snprintf(text, DIFF_LINES_BYTES, "%s", human__size(human, (__u64)(value + 0.5)));
		break;
	case SUMMARY_RATE:
		snprintf(text, DIFF_LINES_BYTES, "%s/s", human__size(human, (__u64)(value + 0.5)));
		break;
	case SUMMARY_SHARE:
		snprintf(text, DIFF_LINES_BYTES, "%.1f %%", value);
		break;
	}
	return text;
}

/* How far B is from A. */
static const char *change(char text[DIFF_LINES_BYTES], const struct comparison *comparison,
			  enum summary_number number)
{
	const struct summary *a = &comparison->of[DIFF_A], *b = &comparison->of[DIFF_B];
	double before = a->value[number], now = b->value[number];

	if (!a->known[number] || !b->known[number])
		snprintf(text, DIFF_LINES_BYTES, "-");
	else if (summary_texts[number].unit == SUMMARY_SHARE)
		snprintf(text, DIFF_LINES_BYTES, "%+.1f points", now - before);
	else if (before == now)
		snprintf(text, DIFF_LINES_BYTES, "0");
	else if (before == 0)
		snprintf(text, DIFF_LINES_BYTES, "from 0");
	else
		snprintf(text, DIFF_LINES_BYTES, "%+.1f %%", 100 * (now - before) / before);
	return text;
}

/* A limit that never held is not printed, nor is what neither side knows. */
static bool is_printed(const struct comparison *comparison, enum summary_number number)
{
	const struct summary *a = &comparison->of[DIFF_A], *b = &comparison->of[DIFF_B];

	if (number == SUMMARY_flows && comparison->flows[DIFF_A])
		return false;
	if (summary_texts[number].unit == SUMMARY_SHARE)
		return a->value[number] > 0 || b->value[number] > 0;
	return a->known[number] || b->known[number];
}

static void print_numbers(const struct comparison *comparison)
{
	char a[DIFF_LINES_BYTES], b[DIFF_LINES_BYTES], changed[DIFF_LINES_BYTES];

	printf(LINE, "NUMBER", "A", "B", "CHANGE");
	for (enum summary_number number = 0; number < SUMMARY_NUMBERS; number++)
		if (is_printed(comparison, number))
			printf(LINE, summary_texts[number].name,
			       diff_lines__value(a, &comparison->of[DIFF_A], number),
			       diff_lines__value(b, &comparison->of[DIFF_B], number),
			       change(changed, comparison, number));
}

static void print_unknown(const struct comparison *comparison, int side)
{
	const struct summary *summary = &comparison->of[side];
	const char *separator = "";

	if (!summary->value[SUMMARY_flows])
		return;
	for (enum summary_number number = 0; number < SUMMARY_NUMBERS; number++) {
		if (summary->known[number] || summary_texts[number].unit == SUMMARY_SHARE)
			continue;
		if (!*separator)
			printf("  Not known of %s: ", diff_sides__name(side));
		printf("%s%s", separator, summary_texts[number].name);
		separator = ", ";
	}
	if (*separator)
		puts(".");
	if (!summary->known[SUMMARY_send_idle_share])
		printf("  In %s no time passed between two lines, so that limits have no shares.\n",
		       diff_sides__name(side));
}

static void print_lacking(const struct comparison *all, int side)
{
	const char *fields = diff_sides__lacking(all, side, 0);

	if (!fields)
		return;
	printf("  Limits may differ because only the logs of %s have ", diff_sides__name(!side));
	for (unsigned int i = 0; fields; fields = diff_sides__lacking(all, side, ++i))
		printf("%s%s", i ? "," : "", fields);
	puts(".");
}

static void print_files(const struct diff_side *side, int name, const struct comparison *all)
{
	__u64 flows = (__u64)all->of[name].value[SUMMARY_flows];

	printf("%s:", diff_sides__name(name));
	for (int i = 0; i < side->nr_files; i++) {
		putchar(' ');
		text__print(stdout, side->files[i]);
	}
	printf(", %llu connection%s\n", flows, plural__ending(flows));
}

void diff_lines__print_all(const struct diff_side sides[DIFF_SIDES], const struct comparison *all)
{
	for (int side = 0; side < DIFF_SIDES; side++)
		print_files(&sides[side], side, all);
	print_numbers(all);
	for (int side = 0; side < DIFF_SIDES; side++)
		print_unknown(all, side);
	for (int side = 0; side < DIFF_SIDES; side++)
		print_lacking(all, side);
}

void diff_lines__print_pair(const struct comparison *pair)
{
	putchar('\n');
	for (int side = 0; side < DIFF_SIDES; side++) {
		const struct flow_analysis *flow = pair->flows[side];
		const struct siftr_flow_key *key = &flow->key;
		char local[FLOW_END_BYTES], foreign[FLOW_END_BYTES];

		printf("%s: %s > %s, flow %u\n", diff_sides__name(side),
		       flow_end__text(key, key->laddr, key->lport, local),
		       flow_end__text(key, key->faddr, key->fport, foreign), flow->flowid);
	}
	print_numbers(pair);
	for (int side = 0; side < DIFF_SIDES; side++)
		print_unknown(pair, side);
}
