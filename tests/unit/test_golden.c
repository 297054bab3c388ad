// SPDX-License-Identifier: BSD-2-Clause
/*
 * Converts and formats captured records and compares the log with a golden file that was worked
 * out by hand; tests/golden/two-flows.md shows how.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "format/format.h"
#include "format/format_cache.h"
#include "format/run_footer.h"
#include "format/sysver.h"

#define GOLDEN	      "tests/golden/two-flows"
#define HZ250_TICK_NS 4000000ULL
#define LOG_ROOM      4096

static struct siftr_flow_key flow_of(int family, const char *laddr, __u16 lport, const char *faddr,
				     __u16 fport)
{
	struct siftr_flow_key key = {.family = (__u8)family, .lport = lport, .fport = fport};
	int af = family == 4 ? AF_INET : AF_INET6;

	assert_int_equal(inet_pton(af, laddr, key.laddr), 1);
	assert_int_equal(inet_pton(af, faddr, key.faddr), 1);
	return key;
}

static struct siftr_flow_key golden_flow(__u32 number)
{
	return number == 1 ? flow_of(4, "10.0.0.1", 443, "192.168.100.20", 51234)
			   : flow_of(6, "2001:db8::1", 22, "fe80::a00:27ff:fe4e:66a1", 60000);
}

static struct siftr_record first_golden_record(void)
{
	return (struct siftr_record){
		.flow = 1,
		.direction = SIFTR_OUT,
		.skc_state = 1,
		.snd_cwnd = 10,
		.snd_ssthresh = 0x7fffffff,
		.mss_cache = 1448,
		.tcp_header_len = 32,
		.ecn_flags = 1,
		.nonagle = 1,
		.snd_wnd = 65535,
		.rcv_wup = 1000000,
		.rcv_wnd = 64240,
		.rcv_nxt = 1000500,
		.copied_seq = 1000400,
		.snd_wscale = 7,
		.rcv_wscale = 9,
		.srtt_us = 200003,
		.icsk_rto = 51,
		.sk_sndbuf = 87040,
		.sk_rcvbuf = 131072,
		.snd_una = 5000,
		.snd_nxt = 6448,
		.end_seq = 7896,
		.write_seq = 9344,
		.options = SIFTR_OPT_SACK | SIFTR_OPT_WSCALE | SIFTR_OPT_TSTAMP | SIFTR_OPT_MTUP,
	};
}

static struct siftr_record second_golden_record(void)
{
	return (struct siftr_record){
		.flow = 2,
		.direction = SIFTR_IN,
		.skc_state = 4,
		.ca_state = 3,
		.ack_pending = 2,
		.snd_cwnd = 4,
		.snd_ssthresh = 3,
		.mss_cache = 1428,
		.tcp_header_len = 20,
		.snd_wnd = 28800,
		.rcv_wup = 4294967290U,
		.rcv_wnd = 10,
		.rcv_nxt = 4,
		.copied_seq = 4294967286U,
		.icsk_rto = 250,
		.sk_sndbuf = 16384,
		.sk_rcvbuf = 2304,
		.snd_una = 4294967196U,
		.snd_nxt = 1001,
		.write_seq = 1001,
		.end_seq = 70000000,
		.ooo_bytes = 1429,
		.options = SIFTR_OPT_FIN_RECEIVED,
	};
}

/* The captured fields that some formats need, of the packet of a golden record. */
static struct row_fields golden_fields(const struct siftr_record *record)
{
	static const char names[2][SIFTR_TEXT_MAX + 1] = {"cubic", "reno"};
	bool is_first = record->flow == 1;
	struct row_fields fields = {};

	row_fields__set(&fields, SIFTR_FIELD_snd_una, record->snd_una);
	row_fields__set(&fields, SIFTR_FIELD_snd_nxt, record->snd_nxt);
	row_fields__set(&fields, SIFTR_FIELD_cwnd_segs, record->snd_cwnd);
	row_fields__set(&fields, SIFTR_FIELD_current_ssthresh, record->snd_ssthresh);
	row_fields__set(&fields, SIFTR_FIELD_offered_wnd, record->rcv_wnd);
	row_fields__set(&fields, SIFTR_FIELD_mss_cache, record->mss_cache);
	row_fields__set(&fields, SIFTR_FIELD_skb_len, is_first ? 1448 : 20);
	row_fields__set(&fields, SIFTR_FIELD_skc_state, record->skc_state);
	row_fields__set(&fields, SIFTR_FIELD_payload_len, is_first ? 1448 : 0);
	row_fields__set(&fields, SIFTR_FIELD_pipe, is_first ? 2 * 1448 : 1428);
	row_fields__set_text(&fields, SIFTR_FIELD_cc_name, names[!is_first]);
	return fields;
}

/* Returns the number of bytes written at `out`. */
static size_t write_row(char *out, const struct format *format, struct format_cache *cache,
			const struct siftr_record *record, struct siftr_time time, __u32 flowid)
{
	const struct siftr_flow_key flow = golden_flow(record->flow);
	const struct row_fields fields = golden_fields(record);
	struct row row = {.time = time,
			  .flow = &flow,
			  .fields = &fields,
			  .flowid = flowid,
			  .flow_number = flowid,
			  .direction = record->direction,
			  .flowtype = ROW_FLOWTYPE};

	siftr__convert(record, HZ250_TICK_NS, &row.columns);
	row.absent = row__absent(&row.columns);
	return (size_t)format->rows(out, cache, &row, 1) - (size_t)out;
}

static char *write_run_footer(char *out, const struct format *format, struct format_cache *cache,
			      const struct format_totals *totals)
{
	struct run_footer footer = {.format = format, .cache = cache};

	out = run_footer__begin(&footer, out, (struct siftr_time){1700000002, 0}, totals);
	while (run_footer__has_more(&footer))
		out = run_footer__next(&footer, out);
	return out;
}

/* Writes the footer with both flows. Returns its end. */
static char *write_footer(char *out, const struct format *format, struct format_cache *cache)
{
	const struct format_totals totals = {.packets = {7, 9},
					     .skipped_malloc = {2, 3},
					     .skipped_tcpcb = {3, 4},
					     .skipped_inpcb = {1, 1}};
	const struct siftr_flow_key first = golden_flow(1), second = golden_flow(2);
	const struct siftr_time disabled = {1700000002, 0};

	if (format->run_footer)
		return write_run_footer(out, format, cache, &totals);
	if (!format->footer)
		return out;
	out = format->footer(out, disabled, &totals);
	out = format->listed_flow(out, &first);
	out = format->listed_flow(out, &second);
	*out++ = '\n';
	return out;
}

/* Replaces the text at `log` by the bytes that a file has of it. Returns their number. */
static size_t encode(const struct format *format, char log[LOG_ROOM], size_t bytes)
{
	char text[LOG_ROOM];
	bool in_line = false;
	const char *end;

	memcpy(text, log, bytes);
	end = format->encode(log, text, bytes, &in_line);
	assert_false(in_line);
	return (size_t)end - (size_t)log;
}

static void assert_golden(const struct format *format, const char *path)
{
	struct siftr_record first = first_golden_record(), second = second_golden_record();
	const struct format_start start = {.enabled = {1700000000, 42},
					   .sysname = "Linux",
					   .sysver = sysver__parse("6.12.107+deb13-cloud-amd64"),
					   .ipmode = 6};
	struct format_cache *cache = format_cache__new(format);
	char golden[LOG_ROOM], log[LOG_ROOM], *out = log;
	FILE *file = fopen(path, "r");
	size_t bytes;

	assert_non_null(file);
	bytes = fread(golden, 1, sizeof(golden), file);
	fclose(file);
	format_cache__begin_run(cache, start.enabled);
	if (format->header)
		out = format->header(out, &start);
	out += write_row(out, format, cache, &first, (struct siftr_time){1700000000, 1000},
			 305419896);
	out += write_row(out, format, cache, &second, (struct siftr_time){1700000001, 999999}, 1);
	out = write_footer(out, format, cache);
	if (format->encode)
		out = log + encode(format, log, (size_t)out - (size_t)log);
	assert_int_equal((size_t)out - (size_t)log, bytes);
	assert_memory_equal(log, golden, bytes);
	format_cache__free(cache);
}

static void a_complete_log_of_each_format_is_its_golden_file(void **state)
{
	(void)state;
	assert_golden(&format_siftr, GOLDEN ".log");
	assert_golden(&format_siftr_1_2, GOLDEN "-1.2.log");
	assert_golden(&format_csv, GOLDEN ".csv");
	assert_golden(&format_jsonl, GOLDEN ".jsonl");
	assert_golden(&format_siftr2, GOLDEN ".siftr2");
	assert_golden(&format_siftr2_binary, GOLDEN ".siftr2-binary");
	assert_golden(&format_ttprobe, GOLDEN ".ttprobe");
	assert_golden(&format_tcp_probe, GOLDEN ".tcp_probe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complete_log_of_each_format_is_its_golden_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
