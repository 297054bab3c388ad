/* SPDX-License-Identifier: BSD-2-Clause */
/* Models of the live view with rows of connections, for tests. */
#ifndef SIFTR_TESTS_LIVE_FIXTURE_H
#define SIFTR_TESTS_LIVE_FIXTURE_H

#include "analysed_rows.h"

#include "live/live_model.h"

/* Unix time in microseconds from which the times of rows and snapshots count. */
#define BEGIN_US 1700000000000000ULL
#define SECOND	 1000000ULL

/* A row with everything that the limits are worked out from: no timer ran out, nothing is lost. */
struct analysed_row live_fixture__row(__u64 us, bool outbound);

/* Adds a row of the connection with that number, which is its flowid, too. */
void live_fixture__add(struct live_model *model, __u32 number, const struct analysed_row *added);

/* Ends an interval and takes a snapshot, which is valid until the next one. */
const struct live_snapshot *live_fixture__snapshot(struct live_model *model, __u64 us,
						   enum live_column sort, size_t first,
						   size_t count);

/*
 * A model with ten rows of one connection, the number 1, a tenth of a second apart and changed
 * alike. To be freed by the caller.
 */
struct live_model *live_fixture__model(void (*change)(struct analysed_row *row, int i));

#endif
