// SPDX-License-Identifier: BSD-2-Clause
/* Formats the texts of an entry. */
#include "format/packet_text.h"

#include "convert/siftr_values.h"
#include "format/decimal.h"
#include "format/digits.h"

_Static_assert(sizeof(struct packet_text) == 128, "an entry is two cache lines");
/* Windows are below 2^31, and t_flags2 has four digits at most. */
_Static_assert(PACKET_TEXT_WINDOWS_ROOM >= 2 * (DECIMAL_U32_MAX + 1) + 4, "the longest fit");
_Static_assert(PACKET_TEXT_BUFFER_ROOM >= 2 * (DECIMAL_U32_MAX + 1), "the longest fit");

/* Copies excess bytes, too: in a line the next column overwrites them. */
char *packet_text__renew_windows(char *out, struct packet_text *text, struct number_texts *numbers,
				 const struct siftr_record *record)
{
	__u32 snd_cwnd = siftr_values__window_bytes(record->snd_cwnd, record->mss_cache);
	char *end = number_text__copy(out, numbers, siftr_values__ssthresh(record));

	end = digits__steady_column(end, snd_cwnd);
	end = digits__steady_column(end, text->t_flags2);
	memcpy(text->windows_text, out, sizeof(text->windows_text));
	text->windows_length = (__u8)(end - out);
	text->windows = packet_text__windows(record);
	return end;
}

char *packet_text__renew_buffer(char *out, struct packet_text *text, struct number_texts *numbers,
				const struct siftr_record *record, __u32 tick_ns)
{
	__u32 rto = siftr_values__rto(record->icsk_rto, tick_ns);
	char *end = digits__steady_column(out, rto);

	end = number_text__copy(end, numbers, record->sk_sndbuf);
	memcpy(text->buffer_text, out, sizeof(text->buffer_text));
	text->buffer_length = (__u8)(end - out);
	text->icsk_rto = record->icsk_rto;
	return end;
}

/* False if the text is longer than that of any connection of Linux: it does not fit. */
static bool keep_scales(struct packet_text *text, const struct siftr_columns *columns)
{
	char made[4 * DIGITS_ROOM] = "", *end = digits__column(made, columns->snd_scale);

	end = digits__column(end, columns->rcv_scale);
	end = digits__column(end, columns->conn_state);
	end = digits__column(end, columns->max_seg_size);
	if (end - made > PACKET_TEXT_SCALES_ROOM)
		return false;
	memcpy(text->scales_text, made, sizeof(text->scales_text));
	text->scales_length = (__u8)(end - made);
	return true;
}

static void keep(struct packet_text *text, struct number_texts *numbers,
		 const struct siftr_record *record, const struct siftr_columns *columns,
		 __u32 tick_ns)
{
	char made[4 * DIGITS_ROOM] = "";

	if (siftr__has_fin(record) || !record->rcv_wnd || !keep_scales(text, columns))
		return;
	text->sack_text[0] = columns->sack_enabled ? '1' : '0';
	text->sack_text[1] = ',';
	text->t_flags = columns->t_flags & ~SIFTR_VALUES_ACK_FLAGS;
	text->t_flags2 = columns->t_flags2;
	packet_text__renew_windows(made, text, numbers, record);
	packet_text__renew_buffer(made, text, numbers, record, tick_ns);
	text->flow_number = text->noted_number;
}

void packet_text__note(struct packet_text *text, __u32 flow_number, struct number_texts *numbers,
		       const struct siftr_record *record, const struct siftr_columns *columns,
		       __u32 tick_ns)
{
	if (text->noted_number == flow_number && packet_text__has_fields(text, record)) {
		keep(text, numbers, record, columns, tick_ns);
		return;
	}
	text->flow_number = 0;
	text->noted_number = flow_number;
	text->states = packet_text__states(record);
	text->options = packet_text__options(record);
	text->mss_cache = record->mss_cache;
	text->sk_sndbuf = record->sk_sndbuf;
}
