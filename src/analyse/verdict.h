/* SPDX-License-Identifier: BSD-2-Clause */
/* What made a connection slow, as sender and as receiver of data, and what helps. */
#ifndef SIFTR_ANALYSE_VERDICT_H
#define SIFTR_ANALYSE_VERDICT_H

struct flow_analysis;
struct sentences;

/* Sets *sentences to what is found of the flow, worst first. */
void verdict__find(struct sentences *sentences, const struct flow_analysis *flow);

#endif
