// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/condition.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "report/report.h"

#define KIB 1024.0

#define KNOWN_BYTES 2048

/* What may follow a number, and what it stands for. */
static const struct {
	enum summary_unit unit;
	const char *text;
	double factor;
} suffixes[] = {
	{SUMMARY_COUNT, "", 1},		 {SUMMARY_TIME, "us", 1},
	{SUMMARY_TIME, "ms", 1000},	 {SUMMARY_TIME, "s", USEC_PER_SEC},
	{SUMMARY_BYTES, "", 1},		 {SUMMARY_BYTES, "K", KIB},
	{SUMMARY_BYTES, "M", KIB *KIB},	 {SUMMARY_BYTES, "G", KIB *KIB *KIB},
	{SUMMARY_RATE, "", 1},		 {SUMMARY_RATE, "K", KIB},
	{SUMMARY_RATE, "M", KIB *KIB},	 {SUMMARY_RATE, "G", KIB *KIB *KIB},
	{SUMMARY_RATE, "Mbit", 1e6 / 8}, {SUMMARY_SHARE, "%", 1},
};

static const char *const takes[] = {
	[SUMMARY_COUNT] = "a number",
	[SUMMARY_TIME] = "a time with us, ms or s",
	[SUMMARY_BYTES] = "bytes, with K, M or G appended if wanted",
	[SUMMARY_RATE] = "bytes per second, with K, M, G or Mbit appended if wanted",
	[SUMMARY_SHARE] = "percent",
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

static int report_unknown(const char *text, int bytes, const char *name)
{
	char known[KNOWN_BYTES];
	size_t used = 0;

	for (enum summary_number number = 0; number < SUMMARY_NUMBERS; number++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
					 number ? ", " : "", summary_texts[number].name);
	report_message("--fail-if '%s': no number is called '%.*s'; there are %s", text, bytes,
		       name, known);
	return -EINVAL;
}

static int report_bad_value(const struct condition *condition, const char *value)
{
	enum summary_unit unit = summary_texts[condition->number].unit;

	report_message("--fail-if '%s': %s is compared with %s, or with a change such as +10%% "
		       "or -10%%, not with '%s'",
		       condition->text, summary_texts[condition->number].name, takes[unit], value);
	return -EINVAL;
}

/* Parses <, <=, > or >=. Returns what follows, NULL if there is none of them. */
static const char *parse_order(struct condition *condition, const char *text)
{
	if (*text != '<' && *text != '>')
		return NULL;
	condition->greater = *text++ == '>';
	condition->equal = *text == '=';
	return text + condition->equal;
}

/* Applies the suffix that follows the number. 0 or -EINVAL. */
static int apply_suffix(struct condition *condition, const char *suffix, bool is_change)
{
	enum summary_unit unit = summary_texts[condition->number].unit;
	size_t bytes = strcspn(suffix, " \t");

	if (*skip_blanks(suffix + bytes))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (suffixes[i].unit != unit || strlen(suffixes[i].text) != bytes ||
		    memcmp(suffixes[i].text, suffix, bytes) != 0)
			continue;
		condition->basis = is_change ? CONDITION_CHANGE : CONDITION_VALUE;
		condition->limit *= suffixes[i].factor;
		return 0;
	}
	if (bytes != 1 || *suffix != '%' || !is_change)
		return -EINVAL;
	condition->basis = CONDITION_PERCENT;
	return 0;
}

/* 0 or -EINVAL. */
static int parse_value(struct condition *condition, const char *value)
{
	bool is_change = *value == '+' || *value == '-';
	const char *digits = value + is_change;
	size_t bytes = strspn(digits, "0123456789.");
	char *end;

	if (digits[0] < '0' || digits[0] > '9')
		return -EINVAL;
	condition->limit = strtod(digits, &end);
	if (end != digits + bytes)
		return -EINVAL;
	if (*value == '-')
		condition->limit = -condition->limit;
	return apply_suffix(condition, end, is_change);
}

int condition__parse(struct condition *condition, const char *text)
{
	const char *name = skip_blanks(text), *order;
	size_t bytes = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	*condition = (struct condition){.text = text, .number = summary__find(name, bytes)};
	if (!bytes)
		bytes = strcspn(name, " \t<>=");
	if (condition->number == SUMMARY_NUMBERS)
		return report_unknown(text, (int)bytes, name);
	order = parse_order(condition, skip_blanks(name + bytes));
	if (!order) {
		report_message("--fail-if '%s': <, <=, > or >= must follow %s", text,
			       summary_texts[condition->number].name);
		return -EINVAL;
	}
	order = skip_blanks(order);
	return parse_value(condition, order) ? report_bad_value(condition, order) : 0;
}

/* Without a division, so that 10 % of whole numbers are exact, and a rise from 0 is any percent. */
enum condition_result condition__test(const struct condition *condition, const struct summary *a,
				      const struct summary *b)
{
	enum summary_number number = condition->number;
	double before = a->value[number], now = b->value[number], limit = condition->limit;

	if (!b->known[number] || (condition->basis != CONDITION_VALUE && !a->known[number]))
		return CONDITION_UNDECIDED;
	if (condition->basis == CONDITION_CHANGE)
		now -= before;
	if (condition->basis == CONDITION_PERCENT) {
		now *= 100;
		limit = before * (100 + limit);
	}
	if (now == limit)
		return condition->equal ? CONDITION_HOLDS : CONDITION_FALSE;
	return (now > limit) == condition->greater ? CONDITION_HOLDS : CONDITION_FALSE;
}
