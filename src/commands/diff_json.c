// SPDX-License-Identifier: BSD-2-Clause
#include "commands/diff_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/flow_analysis.h"
#include "format/flow_end.h"
#include "format/quoted_text.h"

static const char *const side_names[DIFF_SIDES] = {"a", "b"};

/* A name of a file or a condition, which may have any length. */
static void print_text(const char *text)
{
	char *quoted = malloc(6 * strlen(text) + 3);

	if (!quoted) {
		fputs("null", stdout);
		return;
	}
	*quoted_text__json(quoted, text) = '\0';
	fputs(quoted, stdout);
	free(quoted);
}

static void print_number(const struct summary *summary, enum summary_number number)
{
	if (!summary->known[number])
		fputs("null", stdout);
	else if (summary_texts[number].unit == SUMMARY_SHARE)
		printf("%.3f", summary->value[number]);
	else
		printf("%.0f", summary->value[number]);
}

/* The change: of shares in points, else in percent, which there is not from 0. */
static void print_change(const struct comparison *comparison, enum summary_number number)
{
	const struct summary *a = &comparison->of[DIFF_A], *b = &comparison->of[DIFF_B];
	double before = a->value[number], now = b->value[number];
	bool is_share = summary_texts[number].unit == SUMMARY_SHARE;

	fputs(is_share ? ",\"points\":" : ",\"percent\":", stdout);
	if (!a->known[number] || !b->known[number] || (!is_share && before == 0 && now != 0))
		fputs("null", stdout);
	else if (is_share || before == now)
		printf("%.3f", now - before);
	else
		printf("%.3f", 100 * (now - before) / before);
}

static void print_numbers(const struct comparison *comparison)
{
	for (enum summary_number number = 0; number < SUMMARY_NUMBERS; number++) {
		printf("%c\"%s\":{\"a\":", number ? ',' : '{', summary_texts[number].name);
		print_number(&comparison->of[DIFF_A], number);
		fputs(",\"b\":", stdout);
		print_number(&comparison->of[DIFF_B], number);
		print_change(comparison, number);
		putchar('}');
	}
	putchar('}');
}

static void print_side(const struct diff_side *side, const struct comparison *all, int name)
{
	const char *fields;

	printf("\"%s\":{\"files\":[", side_names[name]);
	for (int i = 0; i < side->nr_files; i++) {
		if (i)
			putchar(',');
		print_text(side->files[i]);
	}
	fputs("],\"lacking\":[", stdout);
	for (unsigned int i = 0; (fields = diff_sides__lacking(all, name, i)); i++)
		printf("%s\"%s\"", i ? "," : "", fields);
	fputs("]},", stdout);
}

void diff_json__begin(const struct diff_side sides[DIFF_SIDES], const struct comparison *all)
{
	putchar('{');
	for (int side = 0; side < DIFF_SIDES; side++)
		print_side(&sides[side], all, side);
	fputs("\"numbers\":", stdout);
	print_numbers(all);
}

void diff_json__begin_pairs(void)
{
	fputs(",\"pairs\":[", stdout);
}

void diff_json__print_pair(const struct comparison *pair, size_t number)
{
	fputs(number ? ",\n{" : "\n{", stdout);
	for (int side = 0; side < DIFF_SIDES; side++) {
		const struct flow_analysis *flow = pair->flows[side];
		char local[64], foreign[64];

		flow_end__address(&flow->key, flow->key.laddr, local);
		flow_end__address(&flow->key, flow->key.faddr, foreign);
		printf("\"%s\":{\"flowid\":%u,\"laddr\":\"%s\",\"lport\":%u,\"faddr\":\"%s\","
		       "\"fport\":%u},",
		       side_names[side], flow->flowid, local, flow->key.lport, foreign,
		       flow->key.fport);
	}
	fputs("\"numbers\":", stdout);
	print_numbers(pair);
	putchar('}');
}

void diff_json__end_pairs(void)
{
	putchar(']');
}

void diff_json__end(const struct diff_gate *gate)
{
	static const char *const results[] = {
		[CONDITION_FALSE] = "false",
		[CONDITION_HOLDS] = "holds",
		[CONDITION_UNDECIDED] = "undecided",
	};

	fputs(",\"conditions\":[", stdout);
	for (size_t i = 0; i < gate->count; i++) {
		fputs(i ? ",{\"text\":" : "{\"text\":", stdout);
		print_text(gate->conditions[i].text);
		printf(",\"result\":\"%s\"}", results[gate->results[i]]);
	}
	puts("]}");
}
