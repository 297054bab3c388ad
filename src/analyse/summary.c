// SPDX-License-Identifier: BSD-2-Clause
/*
 * A number that some of the flows lack is not known of their set: a sum or a median of the others
 * would look like one of all.
 */
#include "analyse/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <siftr/time_units.h>

#include "analyse/flow_analysis.h"

/* clang-format off */
const struct summary_text summary_texts[SUMMARY_NUMBERS] = {
#define SUMMARY_NUMBER(name, unit, help) [SUMMARY_##name] = {#name, SUMMARY_##unit},
#include "analyse/summary_numbers.def"
#define SEND_LIMIT(name, text, holds, help) \
	[SUMMARY_send_##name##_share] = {"send_" #name "_share", SUMMARY_SHARE},
#define RECEIVE_LIMIT(name, text, holds, help) \
	[SUMMARY_receive_##name##_share] = {"receive_" #name "_share", SUMMARY_SHARE},
#include "analyse/limits.def"
};
/* clang-format on */

/* Numbers of the flows to which they apply. */
struct sample {
	double *of;
	size_t count;
	bool is_known; /* of each of them */
};

static void set(struct summary *summary, enum summary_number number, bool is_known, double value)
{
	summary->known[number] = is_known;
	summary->value[number] = is_known ? value : 0;
}

static int compare(const void *one, const void *other)
{
	const double *a = one, *b = other;

	return *a < *b ? -1 : *a > *b;
}

/* The number that so many hundredths of all do not exceed. The sample is sorted and not empty. */
static double at(const struct sample *sample, size_t hundredths)
{
	return sample->of[(sample->count * hundredths + 99) / 100 - 1];
}

/* Sets the median, and the number behind it in the enumeration to the 95th percentile. */
static void set_quantiles(struct summary *summary, enum summary_number median,
			  struct sample *sample)
{
	bool is_known = sample->is_known && sample->count;

	if (is_known)
		qsort(sample->of, sample->count, sizeof(*sample->of), compare);
	set(summary, median, is_known, is_known ? at(sample, 50) : 0);
	set(summary, median + 1, is_known, is_known ? at(sample, 95) : 0);
}

static void collect(struct sample *sample, const struct flow_analysis *const flows[], size_t count,
		    enum flow_number number)
{
	__u64 value;

	sample->count = 0;
	sample->is_known = true;
	for (size_t i = 0; i < count; i++) {
		sample->is_known &= flow_analysis__number(flows[i], number, &value);
		sample->of[sample->count++] = (double)value;
	}
}

/* Bytes by the duration. A flow of one moment has no rate. */
static void collect_rates(struct sample *sample, const struct flow_analysis *const flows[],
			  size_t count, enum flow_number bytes)
{
	__u64 value;

	sample->count = 0;
	sample->is_known = true;
	for (size_t i = 0; i < count; i++) {
		__u64 us = flows[i]->ledger.duration_us;

		if (!us)
			continue;
		sample->is_known &= flow_analysis__number(flows[i], bytes, &value);
		sample->of[sample->count++] = (double)value * USEC_PER_SEC / (double)us;
	}
}

static void set_sum(struct summary *summary, enum summary_number number,
		    const struct sample *sample)
{
	double sum = 0;

	for (size_t i = 0; i < sample->count; i++)
		sum += sample->of[i];
	set(summary, number, sample->is_known && sample->count, sum);
}

/* Numbers of a flow each. */
static void sum_up_flows(struct summary *summary, const struct flow_analysis *const flows[],
			 size_t count, struct sample *sample)
{
	set(summary, SUMMARY_flows, true, (double)count);
	collect(sample, flows, count, FLOW_duration_us);
	set_quantiles(summary, SUMMARY_duration_median, sample);
	collect_rates(sample, flows, count, FLOW_bytes_acked);
	set_quantiles(summary, SUMMARY_rate_median, sample);
	collect_rates(sample, flows, count, FLOW_bytes_received);
	set_quantiles(summary, SUMMARY_receive_rate_median, sample);
	collect(sample, flows, count, FLOW_retransmissions);
	set_sum(summary, SUMMARY_retransmissions, sample);
	set_quantiles(summary, SUMMARY_retransmissions_median, sample);
	collect(sample, flows, count, FLOW_recoveries);
	set_sum(summary, SUMMARY_recoveries, sample);
	collect(sample, flows, count, FLOW_timeouts);
	set_sum(summary, SUMMARY_timeouts, sample);
}

/* Quantiles over the rows of all flows. 0 or -ENOMEM. */
static int sum_up_rows(struct summary *summary, const struct flow_analysis *const flows[],
		       size_t count)
{
	struct quantiles srtt = {}, cwnd = {};
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		err = quantiles__add_all(&srtt, &flows[i]->srtt);
		if (!err)
			err = quantiles__add_all(&cwnd, &flows[i]->cwnd);
	}
	set(summary, SUMMARY_srtt_median, srtt.count, quantiles__at(&srtt, 500));
	set(summary, SUMMARY_srtt_p95, srtt.count, quantiles__at(&srtt, 950));
	set(summary, SUMMARY_cwnd_median, cwnd.count, quantiles__at(&cwnd, 500));
	set(summary, SUMMARY_cwnd_p95, cwnd.count, quantiles__at(&cwnd, 950));
	quantiles__free(&srtt);
	quantiles__free(&cwnd);
	return err;
}

/* Shares of the time of all flows together. They are in the order of the limits. */
static void sum_up_limits(struct summary *summary, const struct flow_analysis *const flows[],
			  size_t count)
{
	const int send = SUMMARY_send_idle_share - SEND_idle,
		  receive = SUMMARY_receive_sender_share - RECEIVE_sender;
	double total = 0, us[SUMMARY_NUMBERS] = {};

	for (size_t i = 0; i < count; i++) {
		const struct ledger *ledger = &flows[i]->ledger;

		total += (double)ledger->duration_us;
		for (enum send_limit limit = 0; limit < SEND_LIMITS; limit++)
			us[send + limit] += (double)ledger__send_us(ledger, limit);
		for (enum receive_limit limit = 0; limit < RECEIVE_LIMITS; limit++)
			us[receive + limit] += (double)ledger->receive_us[limit];
	}
	for (enum summary_number number = 0; number < SUMMARY_NUMBERS; number++)
		if (summary_texts[number].unit == SUMMARY_SHARE)
			set(summary, number, total > 0, total > 0 ? 100 * us[number] / total : 0);
}

int summary__of(struct summary *summary, const struct flow_analysis *const flows[], size_t count)
{
	struct sample sample = {.of = calloc(count + 1, sizeof(*sample.of))};
	int err;

	*summary = (struct summary){.parts = ~0U};
	if (!sample.of)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		summary->parts &= flows[i]->known;
	sum_up_flows(summary, flows, count, &sample);
	sum_up_limits(summary, flows, count);
	err = sum_up_rows(summary, flows, count);
	free(sample.of);
	return err;
}

enum summary_number summary__find(const char *name, size_t bytes)
{
	enum summary_number number = 0;

	while (number < SUMMARY_NUMBERS && (strlen(summary_texts[number].name) != bytes ||
					    memcmp(summary_texts[number].name, name, bytes) != 0))
		number++;
	return number;
}
