// SPDX-License-Identifier: BSD-2-Clause
#include "idle_record.h"

struct siftr_record idle_record(void)
{
	return (struct siftr_record){
		.direction = SIFTR_IN,
		.skc_state = ESTABLISHED,
		.snd_cwnd = 10,
		.snd_ssthresh = 0x7fffffff,
		.mss_cache = 1460,
		.tcp_header_len = 20,
		.snd_wnd = 65535,
		.rcv_wnd = 64240,
		.rcv_wup = 5000,
		.rcv_nxt = 5000,
		.copied_seq = 5000,
		.snd_una = 9000,
		.snd_nxt = 9000,
		.write_seq = 9000,
		.end_seq = 9000,
		.icsk_rto = 50,
		.sk_sndbuf = 87040,
		.sk_rcvbuf = 131072,
	};
}

struct siftr_columns columns_of(const struct siftr_record *record)
{
	struct siftr_columns columns;

	siftr__convert(record, HZ250_TICK_NS, &columns);
	return columns;
}
