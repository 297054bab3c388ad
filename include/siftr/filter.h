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

/*
 * Bits of siftr_config.filters: the filters that are used. Those that only a flow can decide, which
 * remembers whether they refuse it, come first; the last of these, from UID on, may change while a
 * connection lives without a hook that tells. Then come those of single packets. So the programs
 * tell the kinds apart by comparisons, which the verifier removes; of a mask it would leave the
 * instruction.
 */
#define SIFTR_FILTER_HOST      0x1 /* the address of either end */
#define SIFTR_FILTER_LADDR     0x2
#define SIFTR_FILTER_FADDR     0x4
#define SIFTR_FILTER_IP	       0x8    /* IPv4 or IPv6 */
#define SIFTR_FILTER_NETNS     0x10   /* the network namespace, by its inode number */
#define SIFTR_FILTER_IFACE     0x20   /* the name of the interface that the route leaves by */
#define SIFTR_FILTER_CGROUP    0x40   /* the socket's cgroup or one above it, by its number */
#define SIFTR_FILTER_PID       0x80   /* the process that owns the connection */
#define SIFTR_FILTER_COMM      0x100  /* its name */
#define SIFTR_FILTER_CC	       0x200  /* the name of the congestion control */
#define SIFTR_FILTER_UID       0x400  /* the user that owns the socket */
#define SIFTR_FILTER_MARK      0x800  /* the socket's mark, SO_MARK */
#define SIFTR_FILTER_UNTOLD_CC 0x1000 /* with CC: no hook tells when that changes */
#define SIFTR_FILTER_LIVE      0x2000 /* none: verdicts on flows may be made void while tracing */
#define SIFTR_FILTER_FLOW      0x3fff /* all of flows */
#define SIFTR_FILTER_PORT      0x4000 /* the ports of the two ends */
#define SIFTR_FILTER_DIRECTION 0x8000
#define SIFTR_FILTER_PACKET    0xc000 /* all of single packets */
/* None: those of single packets may be off. */
#define SIFTR_FILTER_SWITCHED 0x10000

/* Those of `filters` that are of flows. */
#define SIFTR_FILTERS_FLOWS(filters) ((filters)&SIFTR_FILTER_FLOW)

/* Whether there are some whose values, or which themselves, may change while a connection lives. */
#define SIFTR_FILTERS_CHANGING(filters) (SIFTR_FILTERS_FLOWS(filters) >= SIFTR_FILTER_UID)

/* Those that look at the owner of a connection, see bpf/owner.bpf.h. */
#define SIFTR_FILTER_PROCESS (SIFTR_FILTER_PID | SIFTR_FILTER_COMM)

/* Those that look at addresses, which packets have; those after them look at the socket. */
#define SIFTR_FILTER_PEERS \
	(SIFTR_FILTER_HOST | SIFTR_FILTER_LADDR | SIFTR_FILTER_FADDR | SIFTR_FILTER_IP)
#define SIFTR_FILTERS_SOCKETS(filters) (SIFTR_FILTERS_FLOWS(filters) >= SIFTR_FILTER_NETNS)

/* Those that a run whose filters of flows may change has as well: they cost its packets nothing. */
#define SIFTR_FILTERS_WITH_LIVE (SIFTR_FILTER_PEERS | SIFTR_FILTER_NETNS | SIFTR_FILTER_LIVE)

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

#define SIFTR_RULES_MAX 64

/*
 * In the first word of a number that a filter looks at: the number is not known. The masks of such
 * rules have this bit, so that they do not match.
 */
#define SIFTR_NOT_KNOWN (1ULL << 63)

/*
 * One alternative of a filter of flows. It matches a flow of its family whose value of this filter,
 * with the bits of `mask` alone, is `value`: the two words of an address, as in struct
 * siftr_flow_key, or of a name of at most 15 characters, or a number in the first word.
 */
struct siftr_rule {
	__u64 value[2];
	__u64 mask[2];
	__u32 filter;  /* one SIFTR_FILTER_*; 0: the list of rules ends here */
	__u16 family;  /* 4 or 6; 0: both */
	__u16 negated; /* 1: a flow that matches is refused */
};

/* The values of the filters. All zero selects every packet. */
struct siftr_filter {
	__u8 lport[SIFTR_PORTS];    /* SIFTR_PORT_*, by the local port */
	__u8 fport[SIFTR_PORTS];    /* by the foreign port in network order, as a socket has it */
	__u32 refused_direction[2]; /* 1: packets of SIFTR_IN or of SIFTR_OUT are refused */
	struct siftr_rule rules[SIFTR_RULES_MAX + 1];
};

#endif
