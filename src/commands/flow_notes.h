/* SPDX-License-Identifier: BSD-2-Clause */
/* What must be known of a flow's ledger beside it: the kernel's own sums, and what was not seen. */
#ifndef SIFTR_COMMANDS_FLOW_NOTES_H
#define SIFTR_COMMANDS_FLOW_NOTES_H

struct flow_analysis;
struct sentences;

/* Sets *notes to sentences, in the order in which they are read. */
void flow_notes__find(struct sentences *notes, const struct flow_analysis *flow);

#endif
