/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filters: which packets are selected. The set of those that are used is constant once loaded,
 * see siftr_config.filters, so that the verifier removes the tests of all others. The values lie in
 * memory that user space maps, so that they can change while tracing.
 */
#ifndef SIFTR_FILTER_H
#define SIFTR_FILTER_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

/* Bits of siftr_config.filters: the filters that are used. */
#define SIFTR_FILTER_PORT      0x1 /* the ports of the two ends */
#define SIFTR_FILTER_DIRECTION 0x2

#define SIFTR_PORTS 65536

/*
 * What the port of one end says of a packet. A packet is refused if the values of its two ends add
 * up to SIFTR_PORT_REFUSED or more: if one end is refused, or if neither is wanted. The sum is the
 * whole test, however many ports were given.
 */
#define SIFTR_PORT_WANTED   0
#define SIFTR_PORT_UNWANTED 1
#define SIFTR_PORT_REFUSED  2
#define SIFTR_PORT_MISSING  128 /* of port 0: the socket lacks the port, see match_port() */

/* The values of the filters. All zero selects every packet. */
struct siftr_filter {
	__u8 lport[SIFTR_PORTS];    /* SIFTR_PORT_*, by the local port */
	__u8 fport[SIFTR_PORTS];    /* by the foreign port in network order, as a socket has it */
	__u32 refused_direction[2]; /* 1: packets of SIFTR_IN or of SIFTR_OUT are refused */
};

#endif
