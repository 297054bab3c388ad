/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the BPF programs and user space exchange: the records, the counters and the state of flows.
 * The settings are in settings.h.
 * Members have a fixed width and come widest first, so that both sides lay them out alike and
 * without padding.
 */
#ifndef SIFTR_RECORD_H
#define SIFTR_RECORD_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif
#include <siftr/filter.h>
#include <siftr/groups.h>
#include <siftr/sampling.h>

#define SIFTR_IN	 0
#define SIFTR_OUT	 1
#define SIFTR_DIRECTIONS 2

/*
 * Kinds of records. SIFTR_KIND_LINE is a packet, which becomes a line of the log. The others
 * announce a flow, so that the records of its packets name it by a number alone; SIFTR_KIND_LISTED
 * also adds the flow to the footer's flow list. SIFTR_KIND_REST is the last line of a flow, which
 * stands for the packets after the line before: of its fields only those of the group `sample` are
 * known. SIFTR_KIND_END tells that the kernel has destroyed a flow's socket, if that is asked for.
 */
#define SIFTR_KIND_LINE	  0
#define SIFTR_KIND_FLOW	  1
#define SIFTR_KIND_LISTED 2
#define SIFTR_KIND_REST	  3
#define SIFTR_KIND_END	  4

/*
 * How many programs can take a flow's number at the same time where atomics return no value, see
 * flow_numbers in bpf/kernel_ring.bpf.h.
 */
#define SIFTR_NUMBER_LANES 256

/* How far an announcement's time is set back, so that it sorts before the flow's lines. */
#define SIFTR_ANNOUNCED_NS 10000ULL

/* Bits of the field `options`; TSTAMP, WSCALE and SACK are the bits of the kernel's rx_opt. */
#define SIFTR_OPT_MTUP	       0x01 /* packetization-layer path MTU discovery on */
#define SIFTR_OPT_TSTAMP       0x02 /* timestamps negotiated */
#define SIFTR_OPT_FASTOPEN     0x04 /* client: SYN had Fast Open; server, from 7.0: took SYN data */
#define SIFTR_OPT_WSCALE       0x08 /* window scaling negotiated */
#define SIFTR_OPT_SACK	       0x10 /* selective acknowledgements negotiated */
#define SIFTR_OPT_FIN_RECEIVED 0x20 /* the peer's FIN was received, so rcv_nxt counts it */

/*
 * Identifies one connection. Addresses are in network byte order, IPv4 in the first four bytes and
 * the rest zero; ports are in host order. `isn` (snd_una - bytes_acked) is constant while a
 * connection lives and differs when a 4-tuple is reused. All bytes are set: compare and hash keys
 * as memory.
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

/*
 * What a program writes into a ring: the fields of a packet, after which come the blocks of the
 * groups that were asked for (see groups.h), or the key of a flow that is announced.
 */
struct siftr_record {
	__u64 time_ns;	/* CLOCK_MONOTONIC */
	__u32 flow;	/* the number under which the flow was announced; no two flows share one */
	__u8 direction; /* SIFTR_IN or SIFTR_OUT */
	__u8 kind;	/* SIFTR_KIND_* */
	__u16 unused;
	union {
		struct {
#define FIELD(name, type, unit, read, help) type name;
#include <siftr/fields.def>
#undef FIELD
		};
		struct siftr_flow_key key; /* of an announcement */
	};
};

/*
 * The outcomes of a packet. Each packet that a hook sees is counted under exactly one of those up
 * to SIFTR_RECORDS, unless it was coalesced. Those from SIFTR_FLOWS on are counted apart and are no
 * part of the sum of packets.
 */
enum siftr_outcome {
	SIFTR_FILTERED_PORT,	  /* the port filter refuses its ports */
	SIFTR_FILTERED_DIRECTION, /* its direction is not wanted, or the format has no lines for it
				   */
	SIFTR_FILTERED_IP,	  /* IPv4 or IPv6, whichever is not wanted */
	SIFTR_FILTERED_ADDRESS,
	SIFTR_FILTERED_NETNS, /* another network namespace */
	SIFTR_FILTERED_UID,
	SIFTR_FILTERED_MARK,
	SIFTR_FILTERED_CC,
	SIFTR_FILTERED_IFACE,
	SIFTR_FILTERED_CGROUP,
	SIFTR_FILTERED_PID,
	SIFTR_FILTERED_COMM,
	SIFTR_SKIPPED_STATE,   /* connection state is not logged */
	SIFTR_SKIPPED_SOCK,    /* no full socket: time-wait */
	SIFTR_SKIPPED_LATE,    /* no connection: closed already, or never opened */
	SIFTR_DROPPED_BACKLOG, /* the socket's backlog was full: the kernel dropped it */
	SIFTR_SAMPLED,	       /* not every ppl-th packet of its flow: it gets no line */
	SIFTR_LOST_RING,       /* ring buffer full */
	SIFTR_LOST_FLOW,       /* no memory for per-flow state */
	SIFTR_LOST_FLOW_FULL,  /* the hash map of per-flow state is full */
	SIFTR_RECORDS,	       /* submitted to a ring; with mapped rings see siftr_ring.records */
	SIFTR_FLOWS,	       /* no packets: announcements of flows in a ring */
	SIFTR_COALESCED,       /* merged with a packet already in the socket backlog */
	SIFTR_RESTS,	       /* no packets: records of SIFTR_KIND_REST in a ring */
	SIFTR_LOST_WEIGHT,     /* packets that are in the weight of no line */
	SIFTR_ENDS,	       /* no packets: records of SIFTR_KIND_END in a ring */
	SIFTR_OUTCOMES
};

/* The outcomes before this one are of packets that a filter refused; the footer has none of them.
 */
#define SIFTR_FIRST_SEEN SIFTR_SKIPPED_STATE

#define SIFTR_OUTCOMES_MAX 32 /* a power of two */

/* Sets of counters at most, a power of two. */
#define SIFTR_COUNTER_SLOTS 256

struct siftr_counters {
	__u64 of[SIFTR_DIRECTIONS][SIFTR_OUTCOMES];
	/* brings the struct to 512 bytes: CPUs share no cache line */
	__u64 unused[SIFTR_DIRECTIONS * (SIFTR_OUTCOMES_MAX - SIFTR_OUTCOMES)];
};

/*
 * Per-flow state. The socket lock serialises access: no atomics needed. What follows `held` is used
 * by samplers only, see bpf/sampling.bpf.h.
 */
struct siftr_flow_state {
	__u64 packets_since_line; /* without a line since the flow's last; not counted at ppl 1, nor
				     if it is in `held` that weights are counted */
	__u32 number;		  /* number under which the flow was announced */
	__u32 isn;		  /* isn of the connection that was announced */
	__u32 file;		  /* live.file when the flow was announced; 0: not announced */
	__u32 verdict;		  /* of the filters of flows, see bpf/flow_filter.bpf.h */
	/*
	 * Of a slot: the packets of all its flows that samplers have left out, by direction. They
	 * are never reset: their sum over all slots is part of the count of SIFTR_SAMPLED.
	 */
	__u64 held[SIFTR_DIRECTIONS];
	__u64 held_at_line;  /* how many in `held` when the flow began or had its last line */
	__u64 line_ns;	     /* time of the flow's last line; 0: it has none */
	__u64 early_jiffies; /* before this the time of --every has not passed */
	__u16 recovery;	     /* recovery_of() at the flow's last line */
	__u16 direction;     /* of the last packet without a line */
	__u32 watched[SIFTR_WATCHED]; /* values at the flow's last line, by enum siftr_watched */
};

/* How many packets of the flow are in no weight of a line, where lines have weights. */
static inline __u64 siftr_flow_rest(const struct siftr_flow_state *flow)
{
	return flow->packets_since_line + flow->held[SIFTR_IN] + flow->held[SIFTR_OUT] -
	       flow->held_at_line;
}

/* What an iterator over flow state writes of a flow: its packets since its last line. */
struct siftr_rest {
	__u64 weight;
	__u32 flow; /* the number under which it was announced; 0: it was not */
	__u32 direction;
};

/*
 * The per-flow state of one socket. A socket's address selects its slot; bpf/flow_state.bpf.h has
 * a drawing. The state comes first, so that its address is the slot's.
 */
struct siftr_flow_slot {
	struct siftr_flow_state flow;
	__u64 sk; /* address of the socket that claimed the slot; 0: free */
};

#define SIFTR_FLOW_SLOTS  4096
#define SIFTR_SLOT_GROUP  64 /* slots side by side; few of them are claimed where flows are few */
#define SIFTR_SLOT_GROUPS (SIFTR_FLOW_SLOTS / SIFTR_SLOT_GROUP)

/*
 * The origin of a socket's connection: how its handshake went and which process it belongs to. See
 * bpf/origin.bpf.h.
 */
struct siftr_origin {
	__u64 comm[SIFTR_TEXT_WORDS]; /* name of the process `pid`, a text as in groups.h */
	__u32 pid;		      /* process that the connection belongs to; 0: not known */
	__u32 isn;		      /* initial sequence number: tells the connection */
	__u32 syn_retrans;	      /* if handshake_seen: SYNs or SYN-ACKs sent again */
	__u32 handshake_srtt;	      /* if handshake_seen: srtt_us at its end; 0: no sample */
	__u32 handshake_seen;
	__u32 unused;
};

/* The process that owns a socket's connection, see bpf/owner.bpf.h. */
struct siftr_owner {
	__u64 comm[SIFTR_TEXT_WORDS]; /* its name when it took the connection over */
	__u32 pid;		      /* 0: not known */
	__u32 decided_for;	      /* the one for which filters were decided last */
};

/* How many sockets of the processes that are filtered by may be there when the trace begins. */
#define SIFTR_FIRST_OWNERS (1 << 18)

/*
 * The hooks that may have programs behind the first, which log what the first could not; those from
 * which on packets are sent, not received; how many such programs a hook has at most; and how many
 * marks it has, see bpf/second.bpf.h. An interrupt in the last program may send for hundreds of
 * sockets, of which each needs a mark of its own until that goes on: with 1,024 marks 3 of 100,000
 * packets were missed for want of one when a thousand connections were busy. These are enough for
 * sockets in 64 MiB of addresses.
 */
#define SIFTR_SECOND_HOOKS	 5
#define SIFTR_FIRST_SENDING_HOOK 2
#define SIFTR_SECONDS_MAX	 3
#define SIFTR_MARKS		 32768

/*
 * For each hook: packets that the first program left to those behind because their mark was taken,
 * and packets that those behind dealt with.
 */
struct siftr_second {
	__u64 refused[SIFTR_SECOND_HOOKS];
	__u64 rescued[SIFTR_SECOND_HOOKS];
};

/*
 * The writable memory of the BPF programs, their .bss. User space maps the counters at its
 * beginning and the filter behind them.
 */
struct siftr_memory {
	struct siftr_counters counters[SIFTR_COUNTER_SLOTS];
	struct siftr_filter filter;
	struct siftr_flow_slot slots[SIFTR_FLOW_SLOTS];
	__u64 marks[SIFTR_SECOND_HOOKS][SIFTR_MARKS]; /* see mark_value() in bpf/second.bpf.h */
	__u64 flows;			   /* with mapped rings: how many flows have got a number */
	struct siftr_flow_state zero_flow; /* never written: what the hash map copies for a flow */
	__u8 group_claimed[SIFTR_SLOT_GROUPS]; /* 1: a slot of the group has been claimed */
};

_Static_assert(sizeof(struct siftr_flow_key) == 48, "flow key has no padding");

/*
 * Sum of the sizes of all members of a record, to check that the
 * compiler has inserted no padding.
 */
enum {
	SIFTR_RECORD_FILLED = 2 * sizeof(__u64)
#define FIELD(name, type, unit, read, help) +sizeof(type)
#include <siftr/fields.def>
#undef FIELD
};

_Static_assert(__builtin_offsetof(struct siftr_record, options) + 1 == SIFTR_RECORD_FILLED,
	       "fields.def leaves a gap in the record: the widest come first");
_Static_assert(sizeof(struct siftr_record) % 8 == 0, "blocks of groups are aligned");
_Static_assert(sizeof(struct siftr_flow_slot) == 128, "a flow's slot has no padding");
_Static_assert(sizeof(struct siftr_origin) == 40, "an origin has no padding");
_Static_assert(sizeof(struct siftr_owner) == 24, "an owner has no padding");
_Static_assert(sizeof(struct siftr_counters) == 512, "counters have no padding");
_Static_assert(__builtin_offsetof(struct siftr_memory, filter) % 65536 == 0,
	       "the filter begins a page, of whatever size pages are");
_Static_assert(sizeof(struct siftr_memory) <= 4 << 20,
	       "one value of an array takes KMALLOC_MAX_SIZE at most in Linux 5.10");

#endif
