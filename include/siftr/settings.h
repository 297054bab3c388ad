/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The settings that user space gives the BPF programs: those that are constant once loaded, and
 * those that may change at any time. Members have a fixed width and leave no padding.
 */
#ifndef SIFTR_SETTINGS_H
#define SIFTR_SETTINGS_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif
#include <siftr/groups.h>
#include <siftr/record.h>
#include <siftr/sampling.h>

/*
 * Where a flow's state lies if another socket occupies its slot, and every origin: in socket
 * storage if the programs are attached by fentry and the kernel supports it, else in a hash map.
 */
enum siftr_flow_storage {
	SIFTR_FLOW_SK_STORAGE, /* socket storage: freed with the socket */
	SIFTR_FLOW_HASH,       /* hash map keyed by the socket's address: deleted by destroy_sock */
};

/* Bits of a set: the groups of kernel bitfields whose layout allows to read them with one load. */
#define SIFTR_LAYOUT_RX_OPT  1 /* negotiated options and window scales */
#define SIFTR_LAYOUT_NONAGLE 2 /* nonagle and syn_fastopen */

/*
 * The filters and siftr_sampling.path in one, so that a packet hook loads both at once: without
 * filters it is `path` itself, which is less than SIFTR_CHOICE(1, 0).
 */
#define SIFTR_CHOICE(filters, path) ((__u32)(filters) << 12 | (path))
#define SIFTR_CHOICE_NONE	    (SIFTR_CHOICE(1, 0) - 1)

/* Settings that are constant once loaded: the verifier removes code that they disable. */
struct siftr_config {
	struct siftr_sampling sampling;
	__u32 flow_storage;   /* an enum siftr_flow_storage: where per-flow state is kept */
	__u32 rx_opt_layout;  /* 1: the options have their usual layout in this kernel */
	__u32 nonagle_layout; /* 1: nonagle and syn_fastopen have their usual layout */
	__u32 queued;	      /* 1: sent packets are seen at ip_queue_xmit() and inet6_csk_xmit() */
	__u32 seconds;	      /* programs behind the first, at most SIFTR_SECONDS_MAX */
	__u32 fronts;	      /* 1: hooks may get a program in front, see SIFTR_FRONT() */
	__u32 groups;	      /* SIFTR_GROUP_BIT() of the groups that are captured */
	__u32 filters;	      /* SIFTR_FILTER_* that are used */
	/*
	 * By direction: SIFTR_CHOICE() of filters and sampling.path. That of flows alone is
	 * SIFTR_CHOICE_NONE for a direction of which packets in a logged state count as filtered.
	 */
	__u32 choice[SIFTR_DIRECTIONS];
	__u32 flow_choice[SIFTR_DIRECTIONS]; /* of the filters of flows alone */
	__u32 first_packet;  /* 1: a flow's first packet becomes a line, then every ppl-th */
	__u32 record_bytes;  /* length of a record with its groups */
	__u32 counters_mask; /* bytes, of those sets of counters that are used, from the first to
				 the beginning of the last; the number of sets is a power of two */
	__u16 group_offset[SIFTR_GROUPS]; /* bytes from a record's beginning to a group's block */
};

/*
 * A port pair with this port at both ends, to compare a socket's ports with: the local port is in
 * host order in the upper half, the foreign one in network order.
 */
#define SIFTR_PORT_PAIR(port) ((__u32)(port) << 16 | (__u32)__builtin_bswap16(port))

/* Values of siftr_live.on. */
#define SIFTR_OFF      0 /* the programs do nothing and count nothing */
#define SIFTR_ON       1
#define SIFTR_SELFTEST 2 /* only for packets of sockets with test_ports at either end */
/* Like SIFTR_ON, whose bit it has; programs with SIFTR_FILTER_SWITCHED filter single packets, too.
 */
#define SIFTR_FILTERING 3
/*
 * In addition to any but SIFTR_SELFTEST: the hook's program has another in front of it. With
 * SIFTR_OFF, too, so that marks go with the sockets that are destroyed meanwhile.
 */
#define SIFTR_FRONT(hook) (4U << (hook))

/* Values of siftr_live.want_wakeup: which event wakes the sleeping consumer. */
#define SIFTR_WAKE_RECORD 1 /* the next record */
#define SIFTR_WAKE_PACKET 2 /* the next packet that the footer counts, even without a record */

/* Settings that user space may change at any time through mapped memory. */
struct siftr_live {
	__u32 on;	   /* SIFTR_OFF, SIFTR_ON and so on */
	__u32 ppl;	   /* packets per log, or SIFTR_NO_PPL or SIFTR_PPL_ALL */
	__u32 file;	   /* number of the log file: each flow is announced in each file */
	__u32 want_packet; /* 1: want_wakeup may be SIFTR_WAKE_PACKET. The programs load it together
			      with `file`, before which there hence is a multiple of 8 bytes */
	__u32 test_ports;  /* SIFTR_PORT_PAIR() of the self-test's connection */
	__u32 want_wakeup; /* SIFTR_WAKE_*, set by the consumer before it sleeps; cleared by the
			      wakeup */
	__u32 want_ends;   /* 1: records of SIFTR_KIND_END are wanted */
	/* Another one whenever the rules of filters have changed, SIFTR_RULES_STEP more. */
	__u32 rules_number;
};

/* A verdict that a flow remembers has bits below this, see bpf/flow_filter.bpf.h. */
#define SIFTR_RULES_STEP 64

_Static_assert(sizeof(struct siftr_live) == 32, "live settings have no padding");
_Static_assert(__builtin_offsetof(struct siftr_live, file) % 8 == 0,
	       "the programs load file and want_packet at once");

#endif
