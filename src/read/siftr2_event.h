/* SPDX-License-Identifier: BSD-2-Clause */
/* What a log of siftr2 2.5 consists of. */
#ifndef SIFTR_READ_SIFTR2_EVENT_H
#define SIFTR_READ_SIFTR2_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

/* A stack's name is longer in FreeBSD than that of a congestion control. */
#define SIFTR2_STACK_BYTES  64
#define SIFTR2_NAME_BYTES   16
#define SIFTR2_RECORD_BYTES 72
#define SIFTR2_SYSVER_BYTES 100

enum siftr2_kind {
	SIFTR2_END,    /* the end of the input */
	SIFTR2_HEADER, /* valid: header */
	SIFTR2_RECORD, /* valid: record, bytes */
	SIFTR2_FOOTER, /* valid: footer */
	SIFTR2_FLOW,   /* valid: flow */
	SIFTR2_FOOTER_END,
	SIFTR2_MALFORMED, /* anything that cannot be read, which has been reported */
};

/* The values of a data line, in their order. */
struct siftr2_record {
	__u32 flowid;
	__u32 direction; /* SIFTR_IN or SIFTR_OUT */
	__u32 ms;	 /* since the header's time */
	__u32 snd_cwnd;
	__u32 snd_ssthresh;
	__u32 srtt; /* us */
	__u32 data_size;
	__u32 snd_wnd;
	__u32 rcv_wnd;
	__u32 t_flags;
	__u32 t_flags2;
	__u32 rto; /* us */
	__u32 snd_buf_hiwater;
	__u32 snd_buf_cc;
	__u32 rcv_buf_hiwater;
	__u32 rcv_buf_cc;
	__u32 pipe;
	__u32 t_segqlen;
};

struct siftr2_header {
	__u64 time_us;
	bool binary;
	char sysver[SIFTR2_SYSVER_BYTES];
};

struct siftr2_footer {
	__u64 time_us;
	__u64 nr_flows;
	__u64 ring_drops;
	__u64 longest; /* bytes of the longest line with its '\n', or of a binary record */
	__u64 generated_ids;
};

struct siftr2_flow {
	struct siftr_flow_key key;
	__u32 flowid;
	__u32 max_seg_size;
	__u32 sack_enabled;
	__u32 snd_scale;
	__u32 rcv_scale;
	__u64 nr_records;
	__u64 nr_packets;
	char stack[SIFTR2_STACK_BYTES];
	char congestion[SIFTR2_NAME_BYTES];
};

struct siftr2_event {
	enum siftr2_kind kind;
	__u64 line;   /* counted from 1; of a binary log the number of the record plus 1 */
	size_t bytes; /* of the line with its '\n', or of the record */
	union {
		struct siftr2_header header;
		struct siftr2_record record;
		struct siftr2_footer footer;
		struct siftr2_flow flow;
	};
};

#endif
