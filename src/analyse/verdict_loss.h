/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about losses, and what looked like some. */
#ifndef SIFTR_ANALYSE_VERDICT_LOSS_H
#define SIFTR_ANALYSE_VERDICT_LOSS_H

struct flow_analysis;
struct sentences;

void verdict_loss__find(struct sentences *sentences, const struct flow_analysis *flow);

#endif
