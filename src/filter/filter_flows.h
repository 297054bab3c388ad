/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters for flows of a log: what the BPF programs decide of a connection, in user space. */
#ifndef SIFTR_FILTER_FILTER_FLOWS_H
#define SIFTR_FILTER_FILTER_FLOWS_H

#include <stdbool.h>

struct siftr_filter;
struct siftr_flow_key;

/* Whether the filters by port, address and version of IP select the flow. */
bool filter_flows__match(const struct siftr_filter *filter, const struct siftr_flow_key *key);

#endif
