/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of a flow that tests of the analysis work out by hand. */
#ifndef SIFTR_TESTS_ANALYSED_ROWS_H
#define SIFTR_TESTS_ANALYSED_ROWS_H

#include "test.h"

#include "analyse/flow_analysis.h"
#include "analyse/flow_state.h"
#include "format/row.h"

struct analysed_row {
	struct siftr_columns columns;
	struct row_fields fields;
	__u64 time_us;
	__u32 absent;
	bool outbound;
	struct flow_state state; /* as analysed_state() has read it */
};

/*
 * A row of a sender in congestion avoidance: 5000 bytes in flight, nothing unsent, segments of 1000
 * bytes, a congestion window of 20000, ssthresh 10000, room in the peer's window, srtt 100 ms, RTO
 * 200 ms. No field is known.
 */
struct analysed_row analysed_row(__u64 time_us, bool outbound);

void analysed_row__set(struct analysed_row *row, __u32 field, __u64 value);
/* Sets the segments sent before, and the segments of the row's packet. */
void analysed_row__order(struct analysed_row *row, __u32 segs_out, __u32 segs);

/* Addresses and ports of flow `number`: no two are the same. */
struct siftr_flow_key analysed_key(__u32 number);
/* The row as a row of a log; `flow` must live as long. */
struct row analysed_row__row(const struct analysed_row *row, const struct siftr_flow_key *flow);

/* The flow of these rows, with its events; to be freed by the caller. */
struct flow_analysis analysed_flow(const struct analysed_row rows[], size_t count);

/* The first event of that kind; a flow without one fails the test. */
const struct event *analysed_event(const struct flow_analysis *flow, enum event_kind kind);

/* The state that the row shows, valid as long as the row. */
const struct flow_state *analysed_state(struct analysed_row *row);

#endif
