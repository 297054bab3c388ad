/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the events of a flow, the costliest first. */
#ifndef SIFTR_COMMANDS_WHY_EVENTS_H
#define SIFTR_COMMANDS_WHY_EVENTS_H

struct flow_analysis;

void why_events__print(const struct flow_analysis *flow);

#endif
