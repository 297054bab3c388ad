// SPDX-License-Identifier: BSD-2-Clause
#include "page/flow_series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot_column.h"

/* Rows of one flow, enough for a wide screen and to zoom in; with many flows the least. */
#define FLOW_ROWS_MAX 65536
#define FLOW_ROWS_MIN 128
/* Of all flows together, which is about 30 MB of a page. */
#define ROWS_MAX (1 << 19)
/* Flows that keep rows: a page has several KB of each, however few rows it has. */
#define FLOWS_MAX 8192

#define FLOWS_AT_FIRST 64

static size_t strip_limit(size_t rows)
{
	size_t limit = rows / 8;

	return limit > 2048 ? 2048 : limit;
}

static int make_room(struct series *series, size_t flow)
{
	size_t room = series->room ? series->room : FLOWS_AT_FIRST;
	struct flow_series *flows;

	while (room <= flow)
		room *= 2;
	flows = realloc(series->flows, room * sizeof(*flows));
	if (!flows)
		return -ENOMEM;
	memset(flows + series->room, 0, (room - series->room) * sizeof(*flows));
	series->flows = flows;
	series->room = room;
	return 0;
}

static void drop(struct flow_series *flow)
{
	samples__free(&flow->samples);
	strip__free(&flow->sender);
	strip__free(&flow->receiver);
	flow->is_dropped = true;
}

/* Halves the rows that a flow may have, and thins those that have more. */
static void halve_limit(struct series *series)
{
	series->limit /= 2;
	for (size_t i = 0; i < series->count; i++) {
		struct flow_series *flow = &series->flows[i];

		samples__set_limit(&flow->samples, series->limit);
		strip__set_limit(&flow->sender, strip_limit(series->limit));
		strip__set_limit(&flow->receiver, strip_limit(series->limit));
	}
}

static int compare(const void *one, const void *other)
{
	__u64 a = *(const __u64 *)one, b = *(const __u64 *)other;

	return a < b ? -1 : a > b;
}

/* Drops the flows with no more rows than half of the flows have. 0 or -ENOMEM. */
static int drop_half(struct series *series)
{
	__u64 *rows = malloc(series->count * sizeof(*rows)), median;
	size_t kept = 0;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < series->count; i++)
		if (!series->flows[i].is_dropped)
			rows[kept++] = series->flows[i].samples.added;
	qsort(rows, kept, sizeof(*rows), compare);
	median = kept ? rows[kept / 2] : 0;
	free(rows);
	kept /= 2;
	for (size_t i = series->count; i--;) {
		struct flow_series *flow = &series->flows[i];

		if (!flow->is_dropped && kept && flow->samples.added <= median) {
			drop(flow);
			series->nr_kept--;
			kept--;
		}
	}
	return 0;
}

/* Makes room in memory when all flows together have too many rows. 0 or -ENOMEM. */
static int keep_bounds(struct series *series)
{
	int err = 0;

	if (series->nr_rows <= ROWS_MAX && series->nr_kept <= FLOWS_MAX)
		return 0;
	if (series->nr_kept <= FLOWS_MAX && series->limit > FLOW_ROWS_MIN)
		halve_limit(series);
	else
		err = drop_half(series);
	series->nr_rows = 0;
	for (size_t i = 0; i < series->count; i++)
		series->nr_rows += series->flows[i].samples.count;
	return err;
}

static void begin_flow(struct series *series, struct flow_series *flow)
{
	series->nr_kept++;
	flow->samples.nr_columns = SERIES_COLUMNS;
	flow->samples.limit = series->limit;
	flow->sender.limit = flow->receiver.limit = strip_limit(series->limit);
}

/* A timeout, and a probe, make the silence before them a wait for them: see ledger__add(). */
static int add_interval(struct flow_series *flow, __u64 end_us, const struct interval *interval)
{
	__u64 begin_us = end_us - interval->us, probe_us = interval->probe_silence_us;
	int err = 0;

	if (interval->sender != SEND_probe_wait && probe_us)
		err = strip__replace(&flow->sender, begin_us - probe_us, begin_us, SEND_probe_wait);
	if (err)
		return err;
	if (interval->rto_silence_us)
		err = strip__replace(&flow->sender, end_us - interval->rto_silence_us, end_us,
				     SEND_rto_wait);
	else
		err = strip__add(&flow->sender, begin_us, end_us, interval->sender);
	return err ? err : strip__add(&flow->receiver, begin_us, end_us, interval->receiver);
}

int flow_series__add(struct series *series, size_t number, const struct row *row,
		     const struct interval *interval)
{
	__u64 time_us = row->time.seconds * USEC_PER_SEC + row->time.microseconds;
	double values[SERIES_COLUMNS];
	struct flow_series *flow;
	size_t before;
	int err = 0;

	if (!series->limit)
		series->limit = FLOW_ROWS_MAX;
	if (number >= series->room)
		err = make_room(series, number);
	if (err)
		return err;
	flow = &series->flows[number];
	if (number >= series->count)
		series->count = number + 1;
	if (flow->is_dropped)
		return 0;
	if (!flow->samples.nr_columns)
		begin_flow(series, flow);
	series_columns__values(&flow->state, row, values);
	before = flow->samples.count;
	err = samples__add(&flow->samples, time_us, values);
	series->nr_rows += flow->samples.count - before;
	if (!err)
		err = add_interval(flow, time_us, interval);
	return err ? err : keep_bounds(series);
}

const struct flow_series *flow_series__finish(struct series *series, size_t number)
{
	struct flow_series *flow = &series->flows[number];

	if (flow->is_dropped)
		return NULL;
	samples__finish(&flow->samples);
	return flow;
}

int flow_series__copy(const struct flow_series *flow, const int columns[], size_t nr_columns,
		      struct samples *copy)
{
	const struct samples *samples = &flow->samples;
	int err = 0;

	*copy = (struct samples){.nr_columns = nr_columns, .limit = samples->count + 1};
	for (size_t i = 0; i < samples->count && !err; i++) {
		const double *row = samples__row(samples, i);
		double values[PLOT_COLUMNS_MAX];

		for (size_t column = 0; column < nr_columns; column++)
			values[column] = row[columns[column] + 1];
		err = samples__add(copy, (__u64)row[0], values);
	}
	return err;
}

void flow_series__free(struct series *series)
{
	for (size_t i = 0; i < series->count; i++)
		drop(&series->flows[i]);
	free(series->flows);
	*series = (struct series){};
}
