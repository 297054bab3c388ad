/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Distinct flow keys by number, for tests that need many connections. An IPv4 key has the number in
 * its remote port and in the last two bytes of its remote address, an IPv6 key only in its address.
 */
#ifndef SIFTR_TESTS_NUMBERED_KEY_H
#define SIFTR_TESTS_NUMBERED_KEY_H

#include <siftr/record.h>

#include "convert/flows.h"

struct siftr_flow_key key_number(__u32 number);
struct siftr_flow_key ipv6_key_number(__u32 number);

/*
 * Gives the flow with this key the number, as the BPF programs do before they send records of its
 * packets.
 */
void announce(struct flows *flows, __u32 number, const struct siftr_flow_key *key);

#endif
