// SPDX-License-Identifier: BSD-2-Clause
/* Values of ordinary internet connections, or numbers of every length. */
#include "load.h"

#include <string.h>

#include "convert/field_table.h"

#define LINUX_ESTABLISHED 1
#define MSS_BYTES	  1448

/* splitmix64: good enough bits, a few instructions. */
static __u64 scramble(__u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static __u64 draw(struct load *load)
{
	return scramble(load->seed += 0x9e3779b97f4a7c15ULL);
}

void load__key(const struct load *load, __u32 flow, struct siftr_flow_key *key)
{
	__u64 random = scramble(flow + 1);

	memset(key, 0, sizeof(*key));
	key->family = load->family ? load->family : flow % 2 ? 6 : 4;
	key->laddr[0] = key->family == 4 ? 0x0100000aU : 0x0100000aff0120ULL;
	key->faddr[0] = key->family == 4 ? (__u32)random : random << 16 | 0x0120;
	if (key->family == 6) {
		key->laddr[1] = 0x0100000000000000ULL;
		key->faddr[1] = scramble(random);
	}
	key->netns = 4026531840U;
	key->isn = (__u32)(random >> 7);
	key->lport = 443;
	key->fport = 1024 + flow % 60000;
}

static __u32 any_length(struct load *load)
{
	static const __u32 ends[] = {10,      100,	1000,	   10000,     100000,
				     1000000, 10000000, 100000000, 1000000000};
	__u64 random = draw(load);
	__u32 length = (__u32)random % 10;

	return length < 9 ? (__u32)((random >> 32) % ends[length]) : (__u32)(random >> 32);
}

static void fill_random(struct load *load, struct siftr_record *record)
{
#define FIELD(name, type, unit, read, help) record->name = (type)any_length(load);
#include <siftr/fields.def>
#undef FIELD
}

/* Data that a connection sends and has in flight; every other connection only receives. */
static void fill_sequences(const struct load *load, __u64 random, struct siftr_record *record)
{
	__u32 in_flight = load->flow % 2 ? 0 : (record->snd_cwnd - random % 8) * MSS_BYTES;
	__u32 unread = load->flow % 2 ? random % 8 * MSS_BYTES : 0;

	record->rcv_nxt = (__u32)(random >> 8);
	record->rcv_wup = record->rcv_nxt - random % 2 * MSS_BYTES;
	record->copied_seq = record->rcv_nxt - unread;
	record->snd_una = (__u32)(random >> 16);
	record->snd_nxt = record->snd_una + in_flight;
	record->write_seq = record->snd_nxt;
	if (in_flight)
		record->write_seq += 200000 + (__u32)(random >> 40) % 65536;
	record->end_seq = record->snd_nxt + MSS_BYTES;
}

/* Each connection has values of its own, which change a little from packet to packet. */
static void fill_ordinary(struct load *load, struct siftr_record *record)
{
	__u64 own = scramble(load->flow + 77), random = draw(load);
	__u32 rtt_us = 300 + own % 100000;

	record->snd_cwnd = 10 + own % 190 + random % 4;
	record->snd_ssthresh = own & 4 ? 20 + own % 150 : 0x7fffffff;
	record->snd_wnd = 65536 + (__u32)(own >> 8) % 3000000 + random % 16 * MSS_BYTES;
	record->rcv_wnd = 65536 + own % 64 * 1024;
	record->srtt_us = 8 * (rtt_us + (__u32)(random >> 30) % (rtt_us / 16));
	record->icsk_rto = 51 + own % 40;
	record->mss_cache = MSS_BYTES;
	record->sk_sndbuf = 87040 + own % 50 * 40000;
	record->sk_rcvbuf = 131072 + own % 30 * 80000;
	record->tcp_header_len = 32;
	record->skc_state = LINUX_ESTABLISHED;
	record->snd_wscale = 7;
	record->rcv_wscale = 7;
	record->options = SIFTR_OPT_SACK | SIFTR_OPT_WSCALE | SIFTR_OPT_TSTAMP;
	record->ack_pending = random >> 60 & 2;
	fill_sequences(load, random, record);
}

void load__record(struct load *load, __u64 time_ns, struct siftr_record *record)
{
	if (load->left == 0) {
		load->flow = draw(load) % load->nr_flows;
		load->left = load->burst;
	}
	load->left--;
	memset(record, 0, sizeof(*record));
	if (load->random_digits)
		fill_random(load, record);
	else
		fill_ordinary(load, record);
	record->time_ns = time_ns;
	record->direction = draw(load) & 1;
	record->kind = SIFTR_KIND_LINE;
	record->flow = load->flow + 1;
}

/* A counter of one to six digits or a sequence number; below 32 bits a state from 0 to 3. */
static __u64 field_value(const struct field_row *field, __u64 own, const struct siftr_record *record)
{
	static const __u32 ends[] = {1, 10, 1000, 100000};

	if (field->bytes < sizeof(__u32))
		return own % 4;
	if (own % 8 == 7)
		return record->snd_nxt;
	return own % ends[own >> 32 & 3] + record->snd_cwnd % 4;
}

void load__fields(const struct siftr_record *record, struct row_fields *fields)
{
	memset(fields->present, 0, sizeof(fields->present));
	for (__u32 field = 0; field < SIFTR_FIELDS; field++) {
		__u64 own = scramble(((__u64)record->flow << 8) + field);

		if (!field_table[field].bytes || field % 10 == 9)
			continue;
		if (field_table__is_text(&field_table[field]))
			row_fields__set_text(fields, field, "cubic");
		else
			row_fields__set(fields, field,
					field_value(&field_table[field], own, record));
	}
}
