/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters by port: their syntax, and the tables that the BPF programs look ports up in. */
#ifndef SIFTR_FILTER_FILTER_PORTS_H
#define SIFTR_FILTER_FILTER_PORTS_H

#include <stdbool.h>
#include <linux/types.h>

struct filter_values;
struct siftr_filter;

/* Parses a port or a range of ports such as 8000-8100; false if it is neither. */
bool filter_ports__parse(const char *text, __u16 *first, __u16 *last);

/*
 * Fills the tables, which must be all zero before, for --port, --lport and --fport among `values`.
 */
void filter_ports__fill(const struct filter_values *values, struct siftr_filter *filter);

/* Whether the tables select a connection; ports in host order, 0 for one that is not known. */
bool filter_ports__match(const struct siftr_filter *filter, __u16 lport, __u16 fport);

#endif
