// SPDX-License-Identifier: BSD-2-Clause
#include "plot/flow_samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/row_flows.h"

/* Rows of a flow, several for each column of pixels of a wide screen; with many flows the least. */
#define FLOW_ROWS_MAX 16384
#define FLOW_ROWS_MIN 64
/* Values of all flows together: 128 MiB. */
#define VALUES_MAX (16 << 20)

#define INITIAL_FLOWS 64

#define NUMBER_LEFT_OUT (~0U)

struct flow_samples {
	const struct plot_column *columns;
	size_t nr_columns;
	struct flow_filter filter;
	size_t limit;		    /* rows of a flow */
	size_t nr_rows;		    /* of all flows */
	struct row_flows *known;    /* the flows of all logs, by their keys */
	struct sampled_flow *flows; /* by their numbers there */
	size_t nr_flows;
	__u32 *numbers; /* those, by the flow number of this log; 0: new; NUMBER_LEFT_OUT */
	size_t nr_numbers;
};

struct flow_samples *flow_samples__new(const struct plot_column columns[], size_t nr_columns,
				       const struct flow_filter *filter)
{
	struct flow_samples *flows = calloc(1, sizeof(*flows));

	if (!flows)
		return NULL;
	flows->columns = columns;
	flows->nr_columns = nr_columns;
	flows->filter = *filter;
	flows->limit = FLOW_ROWS_MAX;
	flows->known = row_flows__new();
	if (flows->known)
		return flows;
	free(flows);
	return NULL;
}

void flow_samples__free(struct flow_samples *flows)
{
	if (!flows)
		return;
	for (size_t i = 0; i < flows->nr_flows; i++)
		samples__free(&flows->flows[i].samples);
	free(flows->flows);
	free(flows->numbers);
	row_flows__free(flows->known);
	free(flows);
}

void flow_samples__begin_log(struct flow_samples *flows)
{
	if (flows->nr_numbers)
		memset(flows->numbers, 0, flows->nr_numbers * sizeof(*flows->numbers));
}

/*
 * Grows an array of `*count` elements so that it has one with that number, the new ones all zero.
 * Returns it, or NULL, which leaves it as it was.
 */
static void *grow(void *array, size_t *count, __u32 number, size_t bytes)
{
	size_t wanted = *count ? *count : INITIAL_FLOWS;
	char *grown;

	while (wanted <= number)
		wanted *= 2;
	grown = realloc(array, wanted * bytes);
	if (!grown)
		return NULL;
	memset(grown + *count * bytes, 0, (wanted - *count) * bytes);
	*count = wanted;
	return grown;
}

/* Looks up the row's flow, which is new in its log. 0 or -ENOMEM. */
static int look_up(struct flow_samples *flows, const struct row *row)
{
	const struct row_flow *known;
	void *grown;

	if (row->flow_number >= flows->nr_numbers) {
		grown = grow(flows->numbers, &flows->nr_numbers, row->flow_number,
			     sizeof(*flows->numbers));
		if (!grown)
			return -ENOMEM;
		flows->numbers = grown;
	}
	flows->numbers[row->flow_number] = NUMBER_LEFT_OUT;
	if (!flow_filter__takes(&flows->filter, row))
		return 0;
	known = row_flows__find_key(flows->known, row->flow, row->flowid, row->flowtype);
	if (!known)
		return -ENOMEM;
	if (known->number >= flows->nr_flows) {
		grown = grow(flows->flows, &flows->nr_flows, known->number, sizeof(*flows->flows));
		if (!grown)
			return -ENOMEM;
		flows->flows = grown;
	}
	flows->numbers[row->flow_number] = known->number;
	return 0;
}

/* Halves the rows that a flow may have, and thins those that have more. */
static void halve_limit(struct flow_samples *flows)
{
	flows->nr_rows = 0;
	flows->limit /= 2;
	for (size_t i = 0; i < flows->nr_flows; i++) {
		if (flows->flows[i].is_taken)
			samples__set_limit(&flows->flows[i].samples, flows->limit);
		flows->nr_rows += flows->flows[i].samples.count;
	}
}

static void begin_flow(const struct flow_samples *flows, struct sampled_flow *flow,
		       const struct row *row)
{
	flow->is_taken = true;
	flow->key = *row->flow;
	flow->flowid = row->flowid;
	flow->samples = (struct samples){.nr_columns = flows->nr_columns, .limit = flows->limit};
}

static int add_row(struct flow_samples *flows, const struct row *row)
{
	double values[PLOT_COLUMNS_MAX];
	struct sampled_flow *flow;
	size_t before;
	int err = 0;

	if (row->flow_number >= flows->nr_numbers || !flows->numbers[row->flow_number])
		err = look_up(flows, row);
	if (err || flows->numbers[row->flow_number] == NUMBER_LEFT_OUT)
		return err;
	flow = &flows->flows[flows->numbers[row->flow_number]];
	if (!flow->is_taken)
		begin_flow(flows, flow, row);
	for (size_t i = 0; i < flows->nr_columns; i++)
		values[i] = plot_column__value(&flows->columns[i], row);
	before = flow->samples.count;
	err = samples__add(&flow->samples,
			   row->time.seconds * USEC_PER_SEC + row->time.microseconds, values);
	flows->nr_rows += flow->samples.count - before;
	if (flows->nr_rows * (flows->nr_columns + 1) > VALUES_MAX && flows->limit > FLOW_ROWS_MIN)
		halve_limit(flows);
	return err;
}

int flow_samples__add(struct flow_samples *flows, const struct row rows[], size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = add_row(flows, &rows[i]);
	return err;
}

size_t flow_samples__count(const struct flow_samples *flows)
{
	size_t count = 0;

	for (size_t i = 0; i < flows->nr_flows; i++)
		count += flows->flows[i].is_taken;
	return count;
}

struct sampled_flow *flow_samples__longest(struct flow_samples *flows)
{
	struct sampled_flow *longest = NULL;

	for (size_t i = 0; i < flows->nr_flows; i++) {
		struct sampled_flow *flow = &flows->flows[i];

		if (flow->is_taken && (!longest || flow->samples.added > longest->samples.added))
			longest = flow;
	}
	if (longest)
		samples__finish(&longest->samples);
	return longest;
}
