// SPDX-License-Identifier: BSD-2-Clause
#include "recorder/trigger_rules.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <siftr/groups.h>
#include <siftr/time_units.h>

#include "recorder/duration.h"
#include "report/report.h"

#define NUMBER_MAX 1000000000ULL

static bool parse_number(const char *text, size_t bytes, __u64 min, __u64 max, __u32 *number)
{
	__u64 value;

	if (!bytes || duration__digits(text, bytes, &value) != bytes || value < min || value > max)
		return false;
	*number = (__u32)value;
	return true;
}

/* N/T */
static bool parse_retransmits(const char *text, size_t bytes, struct trigger_rules *rules)
{
	const char *slash = memchr(text, '/', bytes);
	size_t before = slash ? (size_t)(slash - text) : 0;

	return slash &&
	       parse_number(text, before, 2, TRIGGER_RETRANSMITS_MAX, &rules->retransmits) &&
	       duration__parse(slash + 1, bytes - before - 1, &rules->within_ns);
}

static bool parse_stall(const char *text, size_t bytes, struct trigger_rules *rules)
{
	return duration__parse(text, bytes, &rules->stall_ns);
}

static bool parse_srtt(const char *text, size_t bytes, struct trigger_rules *rules)
{
	__u64 ns;

	if (!duration__parse(text, bytes, &ns))
		return false;
	rules->srtt_us = ns / NSEC_PER_USEC;
	return true;
}

/* Nx */
static bool parse_ratio(const char *text, size_t bytes, struct trigger_rules *rules)
{
	return bytes && text[bytes - 1] == 'x' &&
	       parse_number(text, bytes - 1, 2, NUMBER_MAX, &rules->srtt_ratio);
}

static bool parse_cwnd(const char *text, size_t bytes, struct trigger_rules *rules)
{
	return parse_number(text, bytes, 1, NUMBER_MAX, &rules->cwnd);
}

/* What is known of a kind beside its name; a parser takes the value of a kind that has one. */
static const struct {
	bool (*parse)(const char *value, size_t bytes, struct trigger_rules *rules);
	__u32 groups;
} kinds[TRIGGER_KINDS] = {
	[TRIGGER_RTO] = {NULL, SIFTR_GROUP_BIT(loss)},
	[TRIGGER_RETRANSMIT] = {NULL, SIFTR_GROUP_BIT(loss)},
	[TRIGGER_RETRANSMITS] = {parse_retransmits, SIFTR_GROUP_BIT(loss)},
	[TRIGGER_STALL] = {parse_stall, 0},
	[TRIGGER_RST] = {NULL, SIFTR_GROUP_BIT(packet)},
	[TRIGGER_SRTT] = {parse_srtt, 0},
	[TRIGGER_SRTT_RATIO] = {parse_ratio, SIFTR_GROUP_BIT(rtt)},
	[TRIGGER_CWND] = {parse_cwnd, 0},
};

static bool has_name(int kind, const char *name, size_t bytes)
{
	return strlen(trigger_names[kind].name) == bytes &&
	       !memcmp(trigger_names[kind].name, name, bytes);
}

static int report_unknown(const char *text, size_t bytes)
{
	report_message(
		"--trigger takes rto, retransmit, retransmits:N/T, recovery, zero-window, "
		"stall:T, rst, srtt:T, srtt:Nx, cwnd:N and ctl, not '%.*s'; N is 2 to %d for "
		"retransmits, T a number with " DURATION_UNITS,
		(int)bytes, text, TRIGGER_RETRANSMITS_MAX);
	return -EINVAL;
}

/*
 * The kind that `text`, NAME or NAME:VALUE, stands for; its value is stored. Of two kinds with the
 * same name the first is meant whose parser takes the value. -1: none.
 */
static int parse_one(const char *text, size_t bytes, struct trigger_rules *rules)
{
	const char *colon = memchr(text, ':', bytes);
	size_t name_bytes = colon ? (size_t)(colon - text) : bytes;

	for (int kind = 0; kind < TRIGGER_KINDS; kind++) {
		if (!has_name(kind, text, name_bytes) || trigger_names[kind].has_value != !!colon)
			continue;
		if (!colon || kinds[kind].parse(colon + 1, bytes - name_bytes - 1, rules))
			return kind;
	}
	return -1;
}

int trigger_rules__parse(const char *list, struct trigger_rules *rules)
{
	*rules = (struct trigger_rules){};
	for (;;) {
		size_t bytes = strcspn(list, ",");
		int kind = parse_one(list, bytes, rules);

		if (kind < 0)
			return report_unknown(list, bytes);
		if (rules->kinds >> kind & 1) {
			report_message("--trigger names %s twice: '%.*s'", trigger_names[kind].name,
				       (int)bytes, list);
			return -EINVAL;
		}
		rules->kinds |= 1U << kind;
		if (!list[bytes])
			return 0;
		list += bytes + 1;
	}
}

__u32 trigger_rules__groups(const struct trigger_rules *rules)
{
	__u32 groups = 0;

	for (int kind = 0; kind < TRIGGER_KINDS; kind++)
		if (rules->kinds >> kind & 1)
			groups |= kinds[kind].groups;
	return groups;
}
