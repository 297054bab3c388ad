/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about what the flow did as receiver of data. */
#ifndef SIFTR_ANALYSE_VERDICT_RECEIVER_H
#define SIFTR_ANALYSE_VERDICT_RECEIVER_H

struct flow_analysis;
struct sentences;

void verdict_receiver__find(struct sentences *sentences, const struct flow_analysis *flow);

#endif
