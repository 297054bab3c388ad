/* SPDX-License-Identifier: BSD-2-Clause */
/* What limited a flow as receiver of data between two of its rows. */
#ifndef SIFTR_ANALYSE_RECEIVER_H
#define SIFTR_ANALYSE_RECEIVER_H

#include "analyse/flow_state.h"
#include "analyse/limits.h"

/*
 * The limit of the interval between the rows `before` and `now` of a flow. `has_gap`: packets are
 * missing between them.
 */
enum receive_limit receiver__limit(const struct flow_state *before, const struct flow_state *now,
				   bool has_gap);

#endif
