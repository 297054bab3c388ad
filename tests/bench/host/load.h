/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Synthetic traffic: the flow of the next packet and the record that the kernel would make of it.
 * The same load gives the same records in every run.
 */
#ifndef SIFTR_BENCH_LOAD_H
#define SIFTR_BENCH_LOAD_H

#include <linux/types.h>
#include <siftr/record.h>

#include "convert/row_fields.h"

struct load {
	const char *name;
	int family; /* 4 or 6; 0: every other flow is IPv6 */
	__u32 nr_flows;
	__u32 burst;	   /* packets of one flow in a row */
	int random_digits; /* the values are random numbers of 1 to 10 digits */
	__u64 seed;
	__u32 flow;
	__u32 left; /* packets that are left of the current burst */
};

void load__key(const struct load *load, __u32 flow, struct siftr_flow_key *key);

/* Writes all members of the next record. */
void load__record(struct load *load, __u64 time_ns, struct siftr_record *record);

/* Sets the fields of a packet, but leaves every tenth field unknown. */
void load__fields(const struct siftr_record *record, struct row_fields *fields);

#endif
