// SPDX-License-Identifier: BSD-2-Clause
/*
 * Groups of fields: which ones a list chooses, where they lie in a record, and how tables write
 * them. A value that is not known is absent, never 0.
 */
#include <errno.h>

#include <siftr/array_size.h>

#include "capture/group_layout.h"
#include "convert/field_table.h"
#include "format/column_table.h"
#include "format/format.h"
#include "format/format_cache.h"
#include "format/selection.h"

#include "../lib/test.h"

#define ADDRESSES "10.0.0.1,80,10.0.0.2,4000,"
#define BEGINNING "time,direction,laddr,lport,faddr,fport,"

static const struct siftr_flow_key flow = {
	.laddr = {0x0100000a}, .faddr = {0x0200000a}, .lport = 80, .fport = 4000, .family = 4};

static void assert_groups(const char *list, __u32 groups, __u32 columns, __u32 nr_fields)
{
	struct selection selection;

	selection__columns_and(&selection, NULL);
	assert_int_equal(selection__parse(&selection, list), 0);
	assert_int_equal(selection__groups(&selection), groups);
	assert_int_equal(selection.columns, columns);
	assert_int_equal(selection.nr_fields, nr_fields);
}

static void a_list_replaces_or_changes_what_is_written(void **state)
{
	const __u32 packet = SIFTR_GROUP_BIT(packet), order = SIFTR_GROUP_BIT(order);

	(void)state;
	assert_groups("packet", packet, 0, 6);
	assert_groups("+packet", packet, ROW_ALL, 6);
	assert_groups("siftr,packet", packet, ROW_ALL, 6);
	assert_groups("seq,segs_in", packet | order, 0, 2);
	assert_groups("+packet,order", packet | order, ROW_ALL, 10);
	assert_groups("packet,-seq,-ack", packet, 0, 4);
	assert_groups("-t_flags2,-flowtype", 0,
		      ROW_ALL & ~ROW_BIT(ROW_t_flags2) & ~ROW_BIT(ROW_flowtype), 0);
	assert_groups("+packet,-packet", 0, ROW_ALL, 0);
	assert_groups("answers,-packet,-loss,-rate,-rtt,-bytes,-cc",
		      order | SIFTR_GROUP_BIT(identity), 0, 17);
	assert_groups("snd_cwnd,seq,seq", packet, ROW_BIT(ROW_snd_cwnd), 1);
}

static void a_list_with_an_unknown_name_is_refused(void **state)
{
	static const char *const lists[] = {"",		"+",	     "seqs",	 "seq,", ",seq",
					    "+packets", "seq order", "seq,,ack", "+-seq"};
	struct selection selection;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		selection__columns_and(&selection, NULL);
		assert_int_equal(selection__parse(&selection, lists[i]), -EINVAL);
	}
}

static void names_are_unique(void **state)
{
	(void)state;
	for (int field = 0; field < SIFTR_FIELDS; field++) {
		const char *name = field_table[field].name;

		if (!field_table[field].bytes)
			continue;
		assert_int_equal(field_table__find(name, strlen(name)), field);
		assert_int_equal(field_table__find_group(name, strlen(name)), -1);
		for (int column = 0; column < ROW_COLUMNS; column++)
			assert_string_not_equal(name, column_table[column].name);
	}
}

/*
 * The blocks of the groups follow the record in the order of group_fields.def. Groups that are not
 * asked for take no bytes.
 */
static void groups_lie_behind_the_record(void **state)
{
	__u16 offsets[SIFTR_GROUPS];

	(void)state;
	assert_int_equal(group_layout__place(0, offsets), sizeof(struct siftr_record));
	assert_int_equal(group_layout__place(SIFTR_GROUP_BIT(order), offsets),
			 sizeof(struct siftr_record) + sizeof(struct siftr_order_group));
	assert_int_equal(offsets[SIFTR_GROUP_packet], 0);
	assert_int_equal(offsets[SIFTR_GROUP_order], sizeof(struct siftr_record));
	assert_int_equal(group_layout__place((1U << SIFTR_GROUPS) - 1, offsets),
			 sizeof(struct siftr_record) + SIFTR_GROUPS_BYTES);
}

/* A record with the groups packet and order. */
struct long_record {
	struct siftr_record record;
	struct siftr_packet_group packet;
	struct siftr_order_group order;
};

static void read_record(const struct long_record *record, struct row_fields *fields)
{
	struct row_fields_layout layout;
	__u16 offsets[SIFTR_GROUPS];

	group_layout__place(SIFTR_GROUP_BIT(packet) | SIFTR_GROUP_BIT(order), offsets);
	row_fields__lay_out(&layout, offsets, 4000000, NULL);
	row_fields__read(&layout, &record->record, fields);
}

static void fields_are_read_from_a_record(void **state)
{
	struct long_record record = {
		.packet = {.known = 0x1d,
			   .seq = 4294967295,
			   .ack = 7,
			   .payload_len = 1448,
			   .gso_segs = 65535,
			   .tcp_flags = 255,
			   .is_retransmit = 1},
		.order = {.known = 0xf, .segs_in = 1, .segs_out = 2, .data_segs_out = 4}};
	struct row_fields fields;

	(void)state;
	read_record(&record, &fields);
	assert_true(row_fields__has(&fields, SIFTR_FIELD_seq));
	assert_int_equal(fields.values[SIFTR_FIELD_seq], 4294967295);
	assert_false(row_fields__has(&fields, SIFTR_FIELD_ack));
	assert_int_equal(fields.values[SIFTR_FIELD_gso_segs], 65535);
	assert_int_equal(fields.values[SIFTR_FIELD_tcp_flags], 255);
	assert_false(row_fields__has(&fields, SIFTR_FIELD_is_retransmit));
	assert_true(row_fields__has(&fields, SIFTR_FIELD_data_segs_in));
	assert_int_equal(fields.values[SIFTR_FIELD_data_segs_in], 0);
	assert_int_equal(fields.values[SIFTR_FIELD_data_segs_out], 4);
	assert_false(row_fields__has(NULL, SIFTR_FIELD_seq));
}

/*
 * Jiffies become microseconds, a text ends after 15 bytes, and a value of 64 bits keeps all of
 * them.
 */
static void values_of_every_kind_are_read(void **state)
{
	struct {
		struct siftr_record record;
		struct siftr_rate_group rate;
		struct siftr_cc_group cc;
	} record = {.rate = {.known = 0x3, .pacing_rate = ~0ULL - 1, .busy_time = 250},
		    .cc = {.known = 1}};
	struct row_fields_layout layout;
	__u16 offsets[SIFTR_GROUPS];
	struct row_fields fields;

	(void)state;
	memcpy(record.cc.cc_name, "sixteen_bytes_xx", 16);
	group_layout__place(SIFTR_GROUP_BIT(rate) | SIFTR_GROUP_BIT(cc), offsets);
	row_fields__lay_out(&layout, offsets, 4000000, NULL);
	row_fields__read(&layout, &record.record, &fields);
	assert_int_equal(fields.values[SIFTR_FIELD_pacing_rate], ~0ULL - 1);
	assert_int_equal(fields.values[SIFTR_FIELD_busy_time], 1000000);
	assert_false(row_fields__has(&fields, SIFTR_FIELD_delivered));
	assert_string_equal(row_fields__text(&fields, SIFTR_FIELD_cc_name), "sixteen_bytes_x");
}

/*
 * Asserts that `format`, with the columns and fields that `list` chooses, writes `expected`: its
 * header, if it has one, and the line of the row.
 */
static void assert_written(const struct format *format, const char *list, const struct row *row,
			   const char *expected)
{
	struct format chosen = *format;
	struct selection selection;
	struct format_cache *cache;
	char text[8192] = "", *out = text, *header;

	selection__columns_and(&selection, NULL);
	assert_int_equal(selection__parse(&selection, list), 0);
	format->select(&chosen, &selection);
	cache = format_cache__new(&chosen);
	assert_non_null(cache);
	if (chosen.header)
		out = chosen.header(text, &(struct format_start){.selection = chosen.selection});
	assert_true((size_t)(out - text) <= format__header_max(&chosen));
	header = out;
	out = chosen.rows(out, cache, row, 1);
	assert_true((size_t)(out - header) <= chosen.line_max);
	*out = '\0';
	assert_string_equal(text, expected);
	format_cache__free(cache);
}

static struct row sample_row(struct row_fields *fields)
{
	const struct row row = {.time = {1700000000, 5},
				.flow = &flow,
				.fields = fields,
				.flowid = 9,
				.flow_number = 9,
				.direction = SIFTR_OUT,
				.flowtype = 191,
				.absent = ROW_BIT(ROW_srtt),
				.columns = {.snd_ssthresh = 1, .snd_cwnd = 2}};

	memset(fields, 0, sizeof(*fields));
	row_fields__set(fields, SIFTR_FIELD_seq, 4294967295);
	row_fields__set(fields, SIFTR_FIELD_payload_len, 0);
	row_fields__set(fields, SIFTR_FIELD_segs_out, 3);
	return row;
}

static void a_csv_has_the_chosen_columns_and_fields(void **state)
{
	struct row_fields fields;
	const struct row row = sample_row(&fields);

	(void)state;
	assert_written(&format_csv, "packet", &row,
		       BEGINNING "seq,ack,payload_len,gso_segs,tcp_flags,is_retransmit\n"
				 "1700000000.000005,o," ADDRESSES "4294967295,,0,,,\n");
	assert_written(&format_csv, "segs_out,snd_cwnd,srtt,flowid", &row,
		       BEGINNING "snd_cwnd,srtt,flowid,segs_out\n"
				 "1700000000.000005,o," ADDRESSES "2,,9,3\n");
	assert_written(&format_csv, "-siftr", &row,
		       "time,direction,laddr,lport,faddr,fport\n"
		       "1700000000.000005,o,10.0.0.1,80,10.0.0.2,4000\n");
	assert_written(&format_csv, "+seq", &row,
		       BEGINNING
		       "snd_ssthresh,snd_cwnd,t_flags2,snd_wnd,rcv_wnd,snd_scale,rcv_scale,"
		       "conn_state,max_seg_size,srtt,sack_enabled,t_flags,rto,snd_buf_hiwater,"
		       "snd_buf_cc,rcv_buf_hiwater,rcv_buf_cc,sent_inflight_bytes,t_segqlen,flowid,"
		       "flowtype,seq\n"
		       "1700000000.000005,o," ADDRESSES
		       "1,2,0,0,0,0,0,0,0,,0,0,0,0,0,0,0,0,0,9,191,4294967295\n");
}

static void texts_and_numbers_of_64_bits_are_quoted_in_json_alone(void **state)
{
	struct row_fields fields;
	const struct row row = sample_row(&fields);

	(void)state;
	row_fields__set(&fields, SIFTR_FIELD_bytes_sent, ~0ULL);
	row_fields__set_text(&fields, SIFTR_FIELD_cc_name, "cubic");
	assert_written(&format_csv, "cc_name,bytes_sent,-siftr", &row,
		       BEGINNING "bytes_sent,cc_name\n"
				 "1700000000.000005,o," ADDRESSES "18446744073709551615,cubic\n");
	assert_written(&format_jsonl, "cc_name,bytes_sent,bytes_acked", &row,
		       "{\"time\":1700000000.000005,\"direction\":\"o\",\"laddr\":\"10.0.0.1\","
		       "\"lport\":80,\"faddr\":\"10.0.0.2\",\"fport\":4000,"
		       "\"bytes_sent\":\"18446744073709551615\",\"bytes_acked\":null,"
		       "\"cc_name\":\"cubic\"}\n");
}

static void a_json_line_has_the_chosen_columns_and_fields(void **state)
{
	struct row_fields fields;
	const struct row row = sample_row(&fields);

	(void)state;
	assert_written(&format_jsonl, "seq,ack,snd_cwnd,srtt,flowid", &row,
		       "{\"time\":1700000000.000005,\"direction\":\"o\",\"laddr\":\"10.0.0.1\","
		       "\"lport\":80,\"faddr\":\"10.0.0.2\",\"fport\":4000,\"snd_cwnd\":2,"
		       "\"srtt\":null,\"flowid\":9,\"seq\":4294967295,\"ack\":null}\n");
	assert_written(&format_jsonl, "+segs_out", &row,
		       "{\"time\":1700000000.000005,\"direction\":\"o\",\"laddr\":\"10.0.0.1\","
		       "\"lport\":80,\"faddr\":\"10.0.0.2\",\"fport\":4000,\"snd_ssthresh\":1,"
		       "\"snd_cwnd\":2,\"t_flags2\":0,\"snd_wnd\":0,\"rcv_wnd\":0,\"snd_scale\":0,"
		       "\"rcv_scale\":0,\"conn_state\":0,\"max_seg_size\":0,\"srtt\":null,"
		       "\"sack_enabled\":0,\"t_flags\":0,\"rto\":0,\"snd_buf_hiwater\":0,"
		       "\"snd_buf_cc\":0,\"rcv_buf_hiwater\":0,\"rcv_buf_cc\":0,"
		       "\"sent_inflight_bytes\":0,\"t_segqlen\":0,\"flowid\":9,\"flowtype\":191,"
		       "\"segs_out\":3}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_replaces_or_changes_what_is_written),
		cmocka_unit_test(a_list_with_an_unknown_name_is_refused),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(groups_lie_behind_the_record),
		cmocka_unit_test(fields_are_read_from_a_record),
		cmocka_unit_test(values_of_every_kind_are_read),
		cmocka_unit_test(texts_and_numbers_of_64_bits_are_quoted_in_json_alone),
		cmocka_unit_test(a_csv_has_the_chosen_columns_and_fields),
		cmocka_unit_test(a_json_line_has_the_chosen_columns_and_fields),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
