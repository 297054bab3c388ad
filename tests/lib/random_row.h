/* SPDX-License-Identifier: BSD-2-Clause */
/* Random values for the rows that tests of formats write, and their addresses as libc has them. */
#ifndef SIFTR_TESTS_RANDOM_ROW_H
#define SIFTR_TESTS_RANDOM_ROW_H

#include <siftr/record.h>

/* A number of any length from one digit to ten; the largest of 32 bits in one case of 16. */
__u32 random_digits(void);

/* An IPv4 or IPv6 flow. Half of the remote address of an IPv6 flow is zero. */
struct siftr_flow_key random_flow(void);

/* Writes an address of the flow to `text`, of INET6_ADDRSTRLEN bytes, as inet_ntop() does. */
void spell_address(const struct siftr_flow_key *flow, const __u64 address[2], char *text);

#endif
