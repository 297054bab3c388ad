// SPDX-License-Identifier: BSD-2-Clause
/* What a page shows of flows over time: bounded memory, parts of time, sequence numbers, base64. */
#include <math.h>
#include <stdlib.h>

#include "../lib/test.h"

#include "page/flow_series.h"
#include "page/page_text.h"

#define LIMIT 64

static struct siftr_flow_key key = {.family = 4};

static struct row row_at(__u64 time_us, __u32 cwnd)
{
	return (struct row){.time = row__time(time_us),
			    .flow = &key,
			    .direction = SIFTR_OUT,
			    .columns = {.snd_cwnd = cwnd, .srtt = 1}};
}

static void add(struct series *series, size_t flow, const struct row *row, __u64 us, int limit)
{
	const struct interval interval = {.us = us, .sender = limit};

	assert_int_equal(flow_series__add(series, flow, row, &interval), 0);
}

static void parts_of_time_are_joined_and_merged(void **state)
{
	struct strip strip = {.limit = LIMIT};
	__u64 us[3] = {};

	(void)state;
	strip__add(&strip, 0, 10, 1);
	strip__add(&strip, 10, 20, 1);
	strip__add(&strip, 20, 20, 2);
	assert_int_equal(strip.count, 1);
	/* A long part of limit 2 among many short ones, of which most time has limit 1. */
	for (__u64 at = 20; at < 100020; at += 10) {
		strip__add(&strip, at, at + 7, 1);
		strip__add(&strip, at + 7, at + 10, 0);
	}
	strip__add(&strip, 100020, 200020, 2);
	for (__u64 at = 200020; at < 300020; at += 10) {
		strip__add(&strip, at, at + 7, 1);
		strip__add(&strip, at + 7, at + 10, 0);
	}
	assert_true(strip.count <= LIMIT);
	assert_true(strip.slice_us > 0);
	assert_int_equal(strip.parts[0].begin_us, 0);
	assert_int_equal(strip.parts[strip.count - 1].end_us, 300020);
	for (size_t i = 0; i < strip.count; i++) {
		us[strip.parts[i].limit] += strip.parts[i].end_us - strip.parts[i].begin_us;
		if (i)
			assert_int_equal(strip.parts[i].begin_us, strip.parts[i - 1].end_us);
	}
	assert_int_equal(us[2], 100000);
	assert_true(us[1] > 190000);
	strip__free(&strip);
}

static void a_timeout_replaces_the_silence_before_it(void **state)
{
	struct series series = {};
	struct row row = row_at(1000000, 1);
	const struct interval timeout = {.us = 50, .sender = SEND_rto_wait, .rto_silence_us = 250};
	const struct interval probed = {
		.us = 30, .sender = SEND_application, .probe_silence_us = 20};
	const struct strip *strip;

	(void)state;
	add(&series, 0, &row, 0, 0);
	row = row_at(1000100, 1);
	add(&series, 0, &row, 100, SEND_application);
	row = row_at(1000300, 1);
	add(&series, 0, &row, 200, SEND_idle);
	row = row_at(1000350, 1);
	assert_int_equal(flow_series__add(&series, 0, &row, &timeout), 0);
	row = row_at(1000370, 1);
	add(&series, 0, &row, 20, SEND_application);
	row = row_at(1000400, 1);
	assert_int_equal(flow_series__add(&series, 0, &row, &probed), 0);
	strip = &flow_series__finish(&series, 0)->sender;
	assert_int_equal(strip->count, 4);
	assert_int_equal(strip->parts[0].end_us, 1000100);
	assert_int_equal(strip->parts[1].limit, SEND_rto_wait);
	assert_int_equal(strip->parts[1].end_us, 1000350);
	assert_int_equal(strip->parts[2].limit, SEND_probe_wait);
	assert_int_equal(strip->parts[3].limit, SEND_application);
	assert_int_equal(strip->parts[3].end_us, 1000400);
	flow_series__free(&series);
}

static void many_rows_and_flows_keep_memory_and_extremes(void **state)
{
	struct series series = {};
	const struct flow_series *flow;
	size_t kept = 0, nr_kept = 0;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		struct row row = row_at(1000000 + (__u64)i, i == 77777 ? 1 << 30 : 1000);

		add(&series, 0, &row, 1, i / 3 % 2);
	}
	for (size_t i = 1; i < 30000; i++)
		for (__u64 j = 0; j < 40; j++) {
			struct row row = row_at(1000000 + j, 1000);

			add(&series, i, &row, 1, 0);
		}
	flow = flow_series__finish(&series, 0);
	assert_non_null(flow);
	assert_int_equal(flow->samples.added, 300000);
	assert_true(samples__max(&flow->samples, SERIES_cwnd) == 1 << 30);
	assert_true(flow->samples.count > 50 && flow->sender.count > 2);
	for (size_t i = 0; i < 30000; i++) {
		flow = flow_series__finish(&series, i);
		kept += flow ? flow->samples.count : 0;
		nr_kept += flow != NULL;
	}
	assert_true(kept > 1 << 17 && kept <= 1 << 19);
	assert_true(nr_kept >= 4096 && nr_kept <= 8192);
	flow_series__free(&series);
}

static void sequence_numbers_wrap_and_bytes_are_counted(void **state)
{
	struct row_fields fields = {};
	struct series_state series = {};
	double values[SERIES_COLUMNS];
	struct row row = row_at(0, 1);

	(void)state;
	row.fields = &fields;
	row_fields__set(&fields, SIFTR_FIELD_seq, 0xfffffff0);
	row_fields__set(&fields, SIFTR_FIELD_payload_len, 8);
	row_fields__set(&fields, SIFTR_FIELD_bytes_acked, 5000000000);
	series_columns__values(&series, &row, values);
	assert_true(values[SERIES_sent_seq] == 0);
	assert_true(values[SERIES_sent] == 8);
	assert_true(values[SERIES_acked] == 0);
	assert_true(isnan(values[SERIES_resent_seq]));
	row_fields__set(&fields, SIFTR_FIELD_seq, 0xfffffff8);
	row_fields__set(&fields, SIFTR_FIELD_payload_len, 100);
	row_fields__set(&fields, SIFTR_FIELD_bytes_acked, 5000000008);
	row_fields__set(&fields, SIFTR_FIELD_is_retransmit, 1);
	series_columns__values(&series, &row, values);
	assert_true(values[SERIES_sent_seq] == 100);
	assert_true(values[SERIES_resent_seq] == 100);
	assert_true(values[SERIES_sent] == 108);
	assert_true(values[SERIES_acked] == 8);
	row.direction = SIFTR_IN;
	row_fields__set(&fields, SIFTR_FIELD_payload_len, 0);
	row_fields__set(&fields, SIFTR_FIELD_ack, 44);
	row_fields__set(&fields, SIFTR_FIELD_tcp_flags, 0x10);
	series_columns__values(&series, &row, values);
	assert_true(values[SERIES_sent_ack] == 52);
	assert_true(isnan(values[SERIES_sent_seq]) && isnan(values[SERIES_received_seq]));
	row_fields__set(&fields, SIFTR_FIELD_tcp_flags, 0x04);
	series_columns__values(&series, &row, values);
	assert_true(isnan(values[SERIES_sent_ack]));
}

static void a_string_of_json_ends_no_element(void **state)
{
	char *text;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);

	(void)state;
	page_text__json(stream, "");
	page_text__json(stream, "nginx: worker");
	page_text__json(stream, "</a> & \"b\\");
	page_text__json(stream, "\n\x1b[d\xc3\xb6\xff.\x7f");
	fclose(stream);
	assert_string_equal(text, "\"\"\"nginx: worker\""
				  "\"\\u003c/a\\u003e \\u0026 \\u0022b\\u005c\""
				  "\"\\n\\ufffd[d\xc3\xb6\\ufffd.\\ufffd\"");
	free(text);
}

static void base64_is_that_of_rfc_4648(void **state)
{
	static const char *const texts[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
	char *text;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		page_text__base64(stream, texts[i], strlen(texts[i]));
		fputc(' ', stream);
	}
	fclose(stream);
	assert_string_equal(text, " Zg== Zm8= Zm9v Zm9vYg== Zm9vYmE= Zm9vYmFy ");
	free(text);
}

/* Each three bytes are encoded by themselves, wherever in the data they are. */
static void base64_of_much_data_is_that_of_its_parts(void **state)
{
	static unsigned char data[10000];
	char *whole, *parts;
	size_t bytes;
	FILE *stream = open_memstream(&whole, &bytes);

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 2654435761U >> 24);
	page_text__base64(stream, data, sizeof(data));
	fclose(stream);
	stream = open_memstream(&parts, &bytes);
	for (size_t i = 0; i < sizeof(data); i += 3)
		page_text__base64(stream, data + i, sizeof(data) - i < 3 ? sizeof(data) - i : 3);
	fclose(stream);
	assert_string_equal(whole, parts);
	free(whole);
	free(parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_time_are_joined_and_merged),
		cmocka_unit_test(a_timeout_replaces_the_silence_before_it),
		cmocka_unit_test(many_rows_and_flows_keep_memory_and_extremes),
		cmocka_unit_test(sequence_numbers_wrap_and_bytes_are_counted),
		cmocka_unit_test(a_string_of_json_ends_no_element),
		cmocka_unit_test(base64_is_that_of_rfc_4648),
		cmocka_unit_test(base64_of_much_data_is_that_of_its_parts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
