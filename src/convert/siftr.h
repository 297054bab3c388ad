/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a captured record to the columns of a SIFTR 1.3.0 data line: FreeBSD's
 * units, state numbers and flag bits, computed from Linux's values.
 */
#ifndef SIFTR_CONVERT_SIFTR_H
#define SIFTR_CONVERT_SIFTR_H

#include <stdbool.h>
#include <linux/types.h>
#include <siftr/record.h>

/* Columns 7 to 25 of a line, in order; units as siftr(4) has them. */
struct siftr_columns {
	__u32 snd_ssthresh; /* bytes */
	__u32 snd_cwnd;	    /* bytes */
	__u32 t_flags2;	    /* FreeBSD TF2_* */
	__u32 snd_wnd;	    /* bytes, after window scaling */
	__u32 rcv_wnd;	    /* bytes, after window scaling */
	__u32 snd_scale;
	__u32 rcv_scale;
	__u32 conn_state;	   /* FreeBSD TCPS_* */
	__u32 max_seg_size;	   /* bytes */
	__u32 srtt;		   /* us */
	__u32 sack_enabled;	   /* 0 or 1 */
	__u32 t_flags;		   /* FreeBSD TF_* */
	__u32 rto;		   /* us */
	__u32 snd_buf_hiwater;	   /* bytes of memory */
	__u32 snd_buf_cc;	   /* bytes of payload */
	__u32 rcv_buf_hiwater;	   /* bytes of memory */
	__u32 rcv_buf_cc;	   /* bytes of payload */
	__u32 sent_inflight_bytes; /* bytes */
	__u32 t_segqlen;	   /* segments */
};

/*
 * Fills `out` from `record`. `tick_ns` is the length of the traced kernel's
 * jiffy (1e9 / HZ). Every value saturates instead of wrapping.
 */
void siftr__convert(const struct siftr_record *record, __u32 tick_ns,
		    struct siftr_columns *restrict out);

/*
 * Whether one of the connection's FINs counts as a byte in the record's sequence numbers, which
 * snd_buf_cc and rcv_buf_cc leave out.
 */
bool siftr__has_fin(const struct siftr_record *record);

#endif
