// SPDX-License-Identifier: BSD-2-Clause
/*
 * Packets written straight from their records have the text of their rows, byte for byte, whatever
 * changes from one packet of a flow to the next and whatever the caches hold.
 */
#include <siftr/array_size.h>

#include "convert/tcp_constants.h"
#include "format/format_cache.h"

#include "../lib/random_numbers.h"
#include "../lib/random_row.h"
#include "../lib/test.h"

#define TICK_NS	  4000000
#define NR_FLOWS  (FLOW_TEXT_SETS + 40) /* some of which share a set */
#define PACKETS	  16
#define LINE_ROOM (PACKETS * 512)

/* A run of two caches: one for rows, one for the packets that they are made of. */
struct contest {
	struct format_cache *by_row;
	struct format_cache *by_packet;
	struct flow flows[NR_FLOWS];
	struct siftr_record last[NR_FLOWS]; /* the latest record of each flow */
	char expected[LINE_ROOM];
	char text[LINE_ROOM];
};

static int begin(void **state)
{
	struct contest *contest = aligned_alloc(FLOW_BYTES, sizeof(*contest));

	if (!contest)
		return -1;
	memset(contest, 0, sizeof(*contest));
	random_seed(12);
	contest->by_row = format_cache__new(&format_siftr);
	contest->by_packet = format_cache__new(&format_siftr);
	for (__u32 i = 0; i < NR_FLOWS; i++)
		contest->flows[i] = (struct flow){.key = random_flow(), .id = 1000 + i};
	*state = contest;
	return contest->by_row && contest->by_packet ? 0 : -1;
}

static int end(void **state)
{
	struct contest *contest = *state;

	format_cache__free(contest->by_row);
	format_cache__free(contest->by_packet);
	free(contest);
	return 0;
}

static void assert_same(struct contest *contest, const struct packet packets[], size_t count)
{
	struct row rows[PACKETS];
	const char *expected_end, *end;

	for (size_t i = 0; i < count; i++) {
		packet__begin_row(&packets[i], &rows[i]);
		rows[i].fields = NULL;
		siftr__convert(packets[i].record, TICK_NS, &rows[i].columns);
		rows[i].absent = row__absent(&rows[i].columns);
	}
	expected_end = format_siftr.rows(contest->expected, contest->by_row, rows, count);
	end = format_siftr.packets(contest->text, contest->by_packet, packets, count, TICK_NS);
	assert_int_equal(end - contest->text, expected_end - contest->expected);
	assert_memory_equal(contest->text, contest->expected, (size_t)(end - contest->text));
}

/* An established connection, all of whose values can be kept. */
static struct siftr_record ordinary(void)
{
	struct siftr_record record = {.snd_cwnd = 10, .snd_ssthresh = 0x7fffffff, .rcv_wnd = 65535};

	record.mss_cache = 1448;
	record.icsk_rto = 51;
	record.sk_sndbuf = 87040;
	record.sk_rcvbuf = 131072;
	record.tcp_header_len = 32;
	record.skc_state = LINUX_ESTABLISHED;
	record.snd_wscale = record.rcv_wscale = 7;
	record.options = SIFTR_OPT_SACK | SIFTR_OPT_WSCALE | SIFTR_OPT_TSTAMP;
	return record;
}

static struct packet packet_of(const struct contest *contest, size_t flow,
			       const struct siftr_record *record)
{
	return (struct packet){record,
			       &contest->flows[flow],
			       {1700000000 + random_u64() % 3, (__u32)(random_u64() % 1000000)}};
}

/* Sets one field, any of them, to a number of any length; sometimes none. */
static void change_one(struct siftr_record *record)
{
	__u64 field = random_u64() % 40, i = 0;

#define FIELD(name, type, unit, read, help) \
	if (field == i++)                   \
		record->name = (type)random_digits();
#include <siftr/fields.def>
#undef FIELD
	if (field == i)
		*record = ordinary();
}

static void any_field_may_change_at_any_packet(void **state)
{
	struct contest *contest = *state;

	for (size_t flow = 0; flow < NR_FLOWS; flow++)
		contest->last[flow] = ordinary();
	for (int round = random_rounds(40000); round > 0; round--) {
		struct siftr_record records[PACKETS];
		struct packet packets[PACKETS];
		size_t few = random_u64() % 4 ? 3 : NR_FLOWS;

		for (size_t i = 0; i < PACKETS; i++) {
			size_t flow = random_u64() % few;
			struct siftr_record *last = &contest->last[flow];

			if (random_u64() % 2)
				change_one(last);
			last->direction = random_u64() % 2;
			records[i] = *last;
			packets[i] = packet_of(contest, flow, &records[i]);
		}
		assert_same(contest, packets, PACKETS);
	}
}

/* Whether the cache has the texts of the flow's last packet. */
static bool is_kept(const struct contest *contest, const struct flow *flow)
{
	const struct format_cache *cache = contest->by_packet;
	size_t position = flow_text__position(&cache->flows, flow->id);

	return position != FLOW_TEXT_NONE &&
	       cache->packets.entries[position].flow_number == flow->id;
}

/* Writes the record among packets that fill the cache with the texts of ordinary ones. */
static void assert_follows(struct contest *contest, const struct siftr_record *record)
{
	const struct siftr_record before = ordinary();
	const struct packet filling = packet_of(contest, 0, &before);
	const struct packet packets[] = {filling, filling, filling, filling};
	const struct packet more[] = {packet_of(contest, 0, record), packet_of(contest, 0, record),
				      packet_of(contest, 0, record), filling};

	assert_same(contest, packets, ARRAY_SIZE(packets));
	assert_true(is_kept(contest, &contest->flows[0]));
	assert_same(contest, more, ARRAY_SIZE(more));
}

static void each_field_alone_changes_its_columns(void **state)
{
	static const __u32 values[] = {0, 1, 2, 9, 16, 255, 65535, 99999999, 0x7fffffff, ~0U};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
#define FIELD(name, type, unit, read, help)              \
	{                                                \
		struct siftr_record record = ordinary(); \
                                                         \
		record.name = (type)values[i];           \
		assert_follows(*state, &record);         \
	}
#include <siftr/fields.def>
#undef FIELD
	}
}

static void every_state_and_ack_state_is_followed(void **state)
{
	for (__u32 byte = 0; byte < 256; byte++) {
		struct siftr_record record = ordinary();

		record.ack_pending = (__u8)byte;
		assert_follows(*state, &record);
		record.skc_state = (__u8)byte;
		record.write_seq = record.rcv_nxt = 1; /* our FIN or the peer's */
		assert_follows(*state, &record);
		record.options |= SIFTR_OPT_FIN_RECEIVED;
		assert_follows(*state, &record);
	}
}

static void a_forgotten_number_may_mean_another_flow(void **state)
{
	struct contest *contest = *state;
	const struct siftr_record record = ordinary();

	assert_follows(contest, &record);
	contest->flows[0].key = contest->flows[1].key;
	format_cache__forget_flows(contest->by_row);
	format_cache__forget_flows(contest->by_packet);
	assert_follows(contest, &record);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_field_may_change_at_any_packet),
		TEST(each_field_alone_changes_its_columns),
		TEST(every_state_and_ack_state_is_followed),
		TEST(a_forgotten_number_may_mean_another_flow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
