/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about falls of the congestion window for which nothing was lost on the path. */
#ifndef SIFTR_ANALYSE_VERDICT_WINDOW_H
#define SIFTR_ANALYSE_VERDICT_WINDOW_H

struct flow_analysis;
struct sentences;

void verdict_window__find(struct sentences *sentences, const struct flow_analysis *flow);

#endif
