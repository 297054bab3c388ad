/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about what held back a sender of data. */
#ifndef SIFTR_ANALYSE_VERDICT_SENDER_H
#define SIFTR_ANALYSE_VERDICT_SENDER_H

struct flow_analysis;
struct sentences;

void verdict_sender__find(struct sentences *sentences, const struct flow_analysis *flow);

#endif
