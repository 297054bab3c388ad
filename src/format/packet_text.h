/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of formatted columns: the text of those that hardly change from one packet of a flow to
 * the next, found by the flow and compared with the fields of the record that they are made of, so
 * that neither their values nor their text are computed again. The windows and the retransmission
 * timeout are compared apart, as they change more often than the rest.
 *
 * It has no texts of packets whose columns depend on more: of a connection with a FIN among its
 * bytes, or whose last segment offered no window.
 */
#ifndef SIFTR_FORMAT_PACKET_TEXT_H
#define SIFTR_FORMAT_PACKET_TEXT_H

#include <stdbool.h>
#include <string.h>
#include <siftr/record.h>

#include "convert/siftr.h"
#include "format/flow_text.h"
#include "format/number_text.h"

#define PACKET_TEXT_ENTRIES (FLOW_TEXT_SETS * FLOW_TEXT_WAYS)

/* Bytes of the texts; a copy always copies them all. */
#define PACKET_TEXT_WINDOWS_ROOM 26
#define PACKET_TEXT_SCALES_ROOM	 16
#define PACKET_TEXT_SACK_ROOM	 2
#define PACKET_TEXT_BUFFER_ROOM	 24

/* An entry of the cache, two cache lines of the processor in size. */
struct packet_text {
	__u64 states;	    /* fields of a byte or two, see packet_text__states() */
	__u64 windows;	    /* snd_cwnd and snd_ssthresh of windows_text */
	__u32 flow_number;  /* 0: the entry has no texts */
	__u32 noted_number; /* the flow whose packet was noted last */
	__u32 mss_cache;
	__u32 sk_sndbuf;
	__u32 icsk_rto; /* that of buffer_text */
	__u32 t_flags;	/* without those of a delayed ACK, see siftr_values__ack_flags() */
	__u32 t_flags2;
	__u16 options; /* rcv_wscale and options */
	__u8 windows_length;
	__u8 scales_length;
	__u8 buffer_length;
	char windows_text[PACKET_TEXT_WINDOWS_ROOM]; /* "snd_ssthresh,snd_cwnd,t_flags2," */
	char scales_text[PACKET_TEXT_SCALES_ROOM]; /* "snd_scale,rcv_scale,conn_state,max_seg_size,"
						    */
	char sack_text[PACKET_TEXT_SACK_ROOM];	   /* "sack_enabled," */
	char buffer_text[PACKET_TEXT_BUFFER_ROOM]; /* "rto,snd_buf_hiwater," */
} __attribute__((aligned(128)));

/* As many entries as the cache of flows has, in the same places. */
struct packet_texts {
	struct packet_text entries[PACKET_TEXT_ENTRIES];
};

/*
 * The following make one number of several fields. Where these are side by side, as they are, the
 * compiler makes one load of it; a new field between them costs no more than further loads.
 */

/* The fields of a byte or two but for ack_pending, which nearly always changes. */
static inline __u64 packet_text__states(const struct siftr_record *record)
{
	__u64 states = (__u64)record->tcp_header_len | (__u64)record->skc_state << 16 |
		       (__u64)record->ca_state << 24 | (__u64)record->ecn_flags << 32 |
		       (__u64)record->nonagle << 40 | (__u64)record->ack_pending << 48 |
		       (__u64)record->snd_wscale << 56;

	return states & ~(0xffULL << 48);
}

static inline __u16 packet_text__options(const struct siftr_record *record)
{
	return (__u16)(record->rcv_wscale | record->options << 8);
}

static inline __u64 packet_text__windows(const struct siftr_record *record)
{
	return (__u64)record->snd_cwnd | (__u64)record->snd_ssthresh << 32;
}

/* Whether the fields other than windows and timeout are those of the entry. */
static inline bool packet_text__has_fields(const struct packet_text *text,
					   const struct siftr_record *record)
{
	return text->states == packet_text__states(record) &&
	       text->options == packet_text__options(record) &&
	       text->mss_cache == record->mss_cache && text->sk_sndbuf == record->sk_sndbuf;
}

/* Whether the entry has the texts of the flow's packet. */
static inline bool packet_text__is_of(const struct packet_text *text, __u32 flow_number,
				      const struct siftr_record *record)
{
	return text->flow_number == flow_number && record->rcv_wnd &&
	       packet_text__has_fields(text, record);
}

/*
 * For a packet whose texts the entry does not have: notes what they would be made of. At the second
 * packet in a row with the same the entry gets the texts, from `columns`, so that values which
 * change with every packet cost no more than the note.
 */
void packet_text__note(struct packet_text *text, __u32 flow_number, struct number_texts *numbers,
		       const struct siftr_record *record, const struct siftr_columns *columns,
		       __u32 tick_ns);

/*
 * Write the texts of other windows, and of another timeout, and keep them in the entry, which has
 * the rest. They return the end of the text.
 */
char *packet_text__renew_windows(char *out, struct packet_text *text, struct number_texts *numbers,
				 const struct siftr_record *record);
char *packet_text__renew_buffer(char *out, struct packet_text *text, struct number_texts *numbers,
				const struct siftr_record *record, __u32 tick_ns);

/* The following copy a text and return its end. The entry must have the texts of the packet. */
static inline char *packet_text__copy_windows(char *out, struct packet_text *text,
					      struct number_texts *numbers,
					      const struct siftr_record *record)
{
	size_t length = text->windows_length;

	if (__builtin_expect(text->windows != packet_text__windows(record), 0))
		return packet_text__renew_windows(out, text, numbers, record);
	memcpy(out, text->windows_text, PACKET_TEXT_WINDOWS_ROOM);
	return out + length;
}

static inline char *packet_text__copy_scales(char *out, const struct packet_text *text)
{
	size_t length = text->scales_length;

	memcpy(out, text->scales_text, PACKET_TEXT_SCALES_ROOM);
	return out + length;
}

static inline char *packet_text__copy_sack(char *out, const struct packet_text *text)
{
	memcpy(out, text->sack_text, PACKET_TEXT_SACK_ROOM);
	return out + PACKET_TEXT_SACK_ROOM;
}

static inline char *packet_text__copy_buffer(char *out, struct packet_text *text,
					     struct number_texts *numbers,
					     const struct siftr_record *record, __u32 tick_ns)
{
	size_t length = text->buffer_length;

	if (__builtin_expect(text->icsk_rto != record->icsk_rto, 0))
		return packet_text__renew_buffer(out, text, numbers, record, tick_ns);
	memcpy(out, text->buffer_text, PACKET_TEXT_BUFFER_ROOM);
	return out + length;
}

#endif
