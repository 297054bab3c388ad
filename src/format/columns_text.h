/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns 7 to 25 as "number,number,...", the form that csv and SIFTR's formats share. */
#ifndef SIFTR_FORMAT_COLUMNS_TEXT_H
#define SIFTR_FORMAT_COLUMNS_TEXT_H

#include "convert/siftr.h"
#include "format/digits.h"
#include "format/format_cache.h"

/*
 * Writes all columns, each with its comma, and up to DIGITS_ROOM excess bytes. What is in the send
 * buffer and in flight is 0 at one end of a transfer and many digits at the other.
 */
static inline char *columns_text__write(char *out, struct format_cache *cache,
					const struct siftr_columns *c)
{
	out = number_text__copy(out, &cache->numbers, c->snd_ssthresh);
	out = digits__steady_column(out, c->snd_cwnd);
	out = digits__steady_column(out, c->t_flags2);
	out = digits__steady_column(out, c->snd_wnd);
	out = digits__steady_column(out, c->rcv_wnd);
	out = column_text__copy(out, &cache->columns, c->snd_scale, c->rcv_scale, c->conn_state,
				c->max_seg_size);
	out = digits__steady_column(out, c->srtt);
	out = digits__small_column(out, c->sack_enabled);
	out = digits__steady_column(out, c->t_flags);
	out = digits__steady_column(out, c->rto);
	out = digits__steady_column(out, c->snd_buf_hiwater);
	out = digits__column(out, c->snd_buf_cc);
	out = number_text__copy(out, &cache->numbers, c->rcv_buf_hiwater);
	out = digits__steady_column(out, c->rcv_buf_cc);
	out = digits__column(out, c->sent_inflight_bytes);
	return digits__small_column(out, c->t_segqlen);
}

#endif
