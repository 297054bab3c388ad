/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What crosses the border between the BPF programs and user space: the record,
 * the settings and the counters. Fixed-width members, widest first, no holes.
 * The includer provides __u8..__u64: vmlinux.h in BPF, linux/types.h elsewhere.
 */
#ifndef SIFTR_RECORD_H
#define SIFTR_RECORD_H

#define SIFTR_IN	 0
#define SIFTR_OUT	 1
#define SIFTR_DIRECTIONS 2

/* What the record is for: a line, or only a flow's name for the flow list. */
#define SIFTR_KIND_LINE 0
#define SIFTR_KIND_FLOW 1

/* Bits of the options field; three of them lie as in the kernel's rx_opt. */
#define SIFTR_OPT_MTUP	       0x01 /* packetization-layer path MTU discovery on */
#define SIFTR_OPT_TSTAMP       0x02 /* timestamps negotiated */
#define SIFTR_OPT_FASTOPEN     0x04 /* data on a SYN was used, either side */
#define SIFTR_OPT_WSCALE       0x08 /* window scaling negotiated */
#define SIFTR_OPT_SACK	       0x10 /* selective acknowledgements negotiated */
#define SIFTR_OPT_FIN_RECEIVED 0x20 /* the peer's FIN is in rcv_nxt */

/*
 * One connection of one network namespace. Addresses are in network byte order,
 * an IPv4 address in the first four bytes and the rest zero; ports are in host
 * order. `isn` (snd_una - bytes_acked) never changes while a connection lives
 * and tells a reused 4-tuple from the connection before it. All bytes are set,
 * so that keys can be compared and hashed as memory.
 */
struct siftr_flow_key {
	__u64 laddr[2];
	__u64 faddr[2];
	__u32 netns; /* inode number of the network namespace */
	__u32 isn;
	__u16 lport;
	__u16 fport;
	__u8 family; /* 4 or 6; IPv4-mapped IPv6 is 4 */
	__u8 zero[3];
};

struct siftr_record {
	__u64 time_ns; /* CLOCK_MONOTONIC */
	struct siftr_flow_key flow;
#define FIELD(name, type, unit, read, help) type name;
#include <siftr/fields.def>
#undef FIELD
	__u8 direction; /* SIFTR_IN or SIFTR_OUT */
	__u8 kind;	/* SIFTR_KIND_* */
};

/*
 * Where a packet can go: each one seen by a hook is counted in exactly one
 * place. Beside these stand the records of kind SIFTR_KIND_FLOW and the packets
 * that reached no hook of their own.
 */
enum siftr_outcome {
	SIFTR_FILTERED,	      /* another port */
	SIFTR_SKIPPED_STATE,  /* not in a state SIFTR logs */
	SIFTR_SKIPPED_SOCK,   /* no full socket: time-wait */
	SIFTR_SKIPPED_LATE,   /* no connection: it is closed, or never was */
	SIFTR_SAMPLED,	      /* held back by ppl */
	SIFTR_LOST_RING,      /* ring full */
	SIFTR_LOST_FLOW,      /* no memory for the flow's counter */
	SIFTR_LOST_FLOW_FULL, /* the table of flows' counters is full */
	SIFTR_RECORDS,	      /* submitted */
	SIFTR_FLOWS,	      /* beside: flows announced */
	SIFTR_MERGED,	      /* beside: merged into a packet waiting for the socket's owner */
	SIFTR_OUTCOMES
};

/* Shared with user space, a slot per CPU as long as there are enough; a power of two. */
#define SIFTR_COUNTER_SLOTS 256

struct siftr_counters {
	__u64 of[SIFTR_DIRECTIONS][SIFTR_OUTCOMES];
	__u64 unused[10]; /* no cache line is shared, and slots are found by shifting */
};

/* A flow's place in its ppl cycle; packets of one socket come one at a time. */
struct siftr_flow_state {
	__u64 since_line; /* packets since the last line */
	__u64 announced;  /* the last file for which user space has had a record of this flow */
};

/*
 * A packet held back costs least when its flow is in the slot its socket's
 * address leads to. A slot is one socket's from the insertion of its number in a
 * map, which is atomic, to the socket's end; who finds it taken goes to a map.
 */
struct siftr_flow_slot {
	__u64 sk; /* the owner's address; 0: none */
	struct siftr_flow_state flow;
	__u64 unused; /* slots are found by shifting */
};

#define SIFTR_FLOW_SLOTS 4096

/* The programs' memory, of which user space maps the counters. */
struct siftr_memory {
	struct siftr_counters counters[SIFTR_COUNTER_SLOTS];
	struct siftr_flow_slot slots[SIFTR_FLOW_SLOTS];
};

/* Where the flows without a slot live; chosen by what the kernel offers. */
enum siftr_flow_storage {
	SIFTR_FLOW_SK_STORAGE, /* socket-local storage, gone with the socket */
	SIFTR_FLOW_HASH,       /* hash map keyed by socket, entry removed at its end */
};

/* Bitfields that can be taken in one load. */
#define SIFTR_LAYOUT_RX_OPT  1 /* negotiated options and window scales */
#define SIFTR_LAYOUT_NONAGLE 2 /* nonagle and syn_fastopen */

/* Settings fixed before load: the verifier removes what is off. */
struct siftr_config {
	__u32 flow_storage; /* enum siftr_flow_storage */
	__u32 layouts;	    /* SIFTR_LAYOUT_*: what lies as on the known kernels */
	__u32 samples;	    /* flows are counted, and so the end of each socket is watched */
};

/* A port at both places of a socket's pair: local in host order, foreign in network order. */
#define SIFTR_PORTS(port) ((__u32)(port) << 16 | (__u32)__builtin_bswap16(port))

/* What wakes a drain that sleeps. */
#define SIFTR_WAKE_RECORD 1 /* the next record */
#define SIFTR_WAKE_PACKET 2 /* the next packet that a footer counts, record or not */

/* Settings the loader may change at any time through mapped memory. */
struct siftr_live {
	__u32 on;	   /* 0: programs do nothing and count nothing */
	__u32 ppl;	   /* packets per log, >= 1 */
	__u32 ports;	   /* the wanted port at either end, SIFTR_PORTS(); 0: every port */
	__u32 file;	   /* number of the log's file: a flow is made known once in each */
	__u32 want_wakeup; /* SIFTR_WAKE_*: the drain sleeps, and is woken once */
};

_Static_assert(sizeof(struct siftr_flow_key) == 48, "flow key has no padding");

/* The sum of the members' sizes, with which the last one ends where there is no gap. */
enum {
	SIFTR_RECORD_FILLED = sizeof(__u64) + sizeof(struct siftr_flow_key)
#define FIELD(name, type, unit, read, help) +sizeof(type)
#include <siftr/fields.def>
#undef FIELD
			      + 2 * sizeof(__u8)
};

_Static_assert(__builtin_offsetof(struct siftr_record, kind) + 1 == SIFTR_RECORD_FILLED,
	       "fields.def leaves a gap in the record: the widest come first");
_Static_assert(sizeof(struct siftr_counters) == 256, "counters have no padding");
_Static_assert(sizeof(struct siftr_live) == 20, "live settings have no padding");

#endif
