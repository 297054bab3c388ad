/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of a line's columns start from: a connection that does nothing
 * and has agreed on nothing, so that each test changes the one thing it is about.
 */
#ifndef SIFTR_TESTS_IDLE_RECORD_H
#define SIFTR_TESTS_IDLE_RECORD_H

#include "convert/siftr.h"

#define HZ250_TICK_NS 4000000ULL

enum {
	ESTABLISHED = 1,
	FIN_WAIT1 = 4,
	FIN_WAIT2 = 5,
	TIME_WAIT = 6
};
enum {
	CLOSE_WAIT = 8,
	LAST_ACK = 9,
	CLOSING = 11
};

/* An idle connection without options: no flag is set, no buffer used. */
static inline struct siftr_record idle_record(void)
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

static inline struct siftr_columns columns_of(const struct siftr_record *record)
{
	struct siftr_columns columns;

	siftr__interpret(record, HZ250_TICK_NS, &columns);
	return columns;
}

#endif
