// SPDX-License-Identifier: BSD-2-Clause
/* The streams of `ctl follow`: complete logs, bounded, and none at the cost of another. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "commands/followers.h"
#include "filter/filter.h"

#include "../lib/command_line.h"
#include "../lib/numbered_key.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"
#include "../lib/synthetic_run.h"

#define FLOWS  10
#define SECOND 1000

static struct followers followers;
static __u64 nr_rows;

static int open_followers(void **state)
{
	nr_rows = 0;
	return enter_scratch(state) || followers__open(&followers);
}

static int close_followers(void **state)
{
	followers__close(&followers, (struct siftr_time){});
	return leave_scratch(state);
}

static struct follower *choose(enum format_id format, const char *fields, const char *port)
{
	struct follower *follower = follower__new();
	struct filter_values values = {};

	assert_non_null(follower);
	assert_int_equal(log_fields__choose(&follower->fields, formats[format], fields, NULL), 0);
	if (port)
		assert_int_equal(filter__add(&values, FILTER_PORT, port), 0);
	filter__fill(&values, &follower->filter);
	return follower;
}

/* Adds a reader, and returns its end of the connection. */
static int add(struct follower *follower)
{
	const struct format_start start = {
		.enabled = {SECOND, 0}, .sysname = "Linux", .sysver = 60001, .ipmode = 6};
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(follower__begin(follower, ends[0], &start), 0);
	assert_int_equal(followers__add(&followers, follower), 0);
	return ends[1];
}

/* Rows of FLOWS flows in turn, a microsecond apart. */
static void write_rows(__u64 count)
{
	for (__u64 i = 0; i < count; i++, nr_rows++) {
		struct siftr_flow_key key = key_number((__u32)(nr_rows % FLOWS));
		struct row row = {
			.time = {SECOND + nr_rows / 1000000, (__u32)(nr_rows % 1000000)},
			.flow = &key,
			.flowid = 1 + (__u32)(nr_rows % FLOWS),
			.flow_number = 1 + (__u32)(nr_rows % FLOWS),
			.direction = nr_rows & 1,
			.flowtype = ROW_FLOWTYPE,
			.columns = {.conn_state = 4, .max_seg_size = 1460, .srtt = 100},
		};

		followers__write(&followers, &row, 1);
	}
}

/* Takes what a reader has been sent so far into its file, without the line "ok". */
static void take(int reader, const char *path)
{
	static char text[1 << 16];
	FILE *file = fopen(path, "a");
	bool is_first = ftell(file) == 0;
	ssize_t got;

	while ((got = recv(reader, text, sizeof(text), MSG_DONTWAIT)) > 0) {
		size_t skipped = is_first ? strlen("ok\n") : 0;

		if (is_first)
			assert_memory_equal(text, "ok\n", skipped);
		is_first = false;
		fwrite(text + skipped, 1, (size_t)got - skipped, file);
	}
	fclose(file);
}

/* Ends the run, while all readers read. */
static void end_with(const int readers[], const char *const paths[], size_t count)
{
	for (int round = 0; round < 100; round++) {
		followers__flush(&followers);
		for (size_t i = 0; i < count; i++)
			take(readers[i], paths[i]);
	}
	followers__close(&followers, (struct siftr_time){SECOND + 1000, 0});
	for (size_t i = 0; i < count; i++) {
		take(readers[i], paths[i]);
		close(readers[i]);
	}
	assert_int_equal(followers__open(&followers), 0);
}

static void a_stream_is_a_complete_log(void **state)
{
	const char *path = "stream.log";
	struct findings_of_log found;
	int reader = add(choose(FORMAT_siftr, NULL, NULL));

	(void)state;
	for (int i = 0; i < 100; i++) {
		write_rows(50);
		followers__flush(&followers);
		take(reader, path);
	}
	end_with(&reader, &path, 1);
	found = check_log(path);
	assert_int_equal(found.defects, 0);
	assert_int_equal(found.lines, 5000);
	assert_int_equal(found.runs, 1);
}

static void a_slow_reader_loses_complete_lines_and_is_told_how_many(void **state)
{
	const char *const paths[] = {"slow.log", "fast.csv"};
	int readers[] = {add(choose(FORMAT_siftr, NULL, NULL)),
			 add(choose(FORMAT_csv, "snd_cwnd", NULL))};
	struct findings_of_log found;
	char lost[64];

	(void)state;
	for (int i = 0; i < 300; i++) {
		write_rows(100);
		followers__flush(&followers);
		take(readers[1], paths[1]);
	}
	assert_true(followers.of[0]->lost[SIFTR_IN] > 0);
	assert_int_equal(followers.of[1]->lost[SIFTR_IN] + followers.of[1]->lost[SIFTR_OUT], 0);
	snprintf(lost, sizeof(lost), "num_inbound_skipped_pkts_malloc=%llu",
		 followers.of[0]->lost[SIFTR_IN]);
	end_with(readers, paths, ARRAY_SIZE(readers));
	found = check_log(paths[0]);
	assert_int_equal(found.defects, 0);
	assert_in_range(found.lines, 1000, 29999);
	assert_int_equal(count_in(paths[0], lost), 1);
	assert_int_equal(count_in(paths[1], "\n"), 30000 + 1);
}

static void jsonl_tells_losses_between_its_lines(void **state)
{
	const char *path = "slow.jsonl";
	int reader = add(choose(FORMAT_jsonl, NULL, NULL));
	__u64 lost[SIFTR_DIRECTIONS];
	char told[64];

	(void)state;
	/* It stops reading twice; each time it is told all that it has lost so far. */
	for (int stop = 0; stop < 2; stop++) {
		for (int i = 0; i < 100; i++)
			write_rows(100);
		memcpy(lost, followers.of[0]->lost, sizeof(lost));
		assert_true(lost[SIFTR_IN] && lost[SIFTR_OUT]);
		for (int i = 0; i < 100; i++) {
			followers__flush(&followers);
			take(reader, path);
		}
		snprintf(told, sizeof(told), "\n{\"lost_in\":%llu,\"lost_out\":%llu}\n",
			 lost[SIFTR_IN], lost[SIFTR_OUT]);
		assert_int_equal(count_in(path, told), 1);
	}
	write_rows(10);
	end_with(&reader, &path, 1);
	assert_int_equal(count_in(path, "{\"lost_in\":"), 2);
	assert_int_equal(count_in(path, "{\"time\":") + lost[SIFTR_IN] + lost[SIFTR_OUT], 20010);
}

#define LOSSES "{\"lost_in\":1,\"lost_out\":0}\n{\"lost_in\":3,\"lost_out\":40}\n"

/* Converts the rows of a log, then `losses`. */
static void assert_converted(const char *losses, int status)
{
	char text[4096];

	write_file("a.log", LOG);
	assert_int_equal(run_command("convert --to jsonl a.log"), 0);
	snprintf(text, sizeof(text), "%.3000s%s", captured_stdout, losses);
	write_file("a.jsonl", text);
	assert_int_equal(run_command("convert --to siftr a.jsonl"), status);
}

static void what_a_stream_of_jsonl_lost_is_in_the_footer_of_a_log(void **state)
{
	(void)state;
	assert_converted(LOSSES, 0);
	assert_non_null(strstr(captured_stdout, "num_inbound_tcp_pkts=5\tnum_outbound_tcp_pkts=41\t"
						"total_tcp_pkts=46\t"
						"num_inbound_skipped_pkts_malloc=3\t"
						"num_outbound_skipped_pkts_malloc=40\t"));
	assert_converted(LOSSES "{\"lost_in\":3,\"lost_out\":}\n", 1);
}

static void a_stream_has_the_flows_and_times_it_asked_for(void **state)
{
	const char *path = "port.log";
	struct siftr_flow_key key = key_number(3);
	char port[8];
	int reader;

	(void)state;
	snprintf(port, sizeof(port), "%u", key.fport);
	write_rows(1);
	reader = add(choose(FORMAT_csv, NULL, port));
	followers.of[0]->begun.microseconds = 500;
	write_rows(999);
	end_with(&reader, &path, 1);
	assert_int_equal(count_in(path, "\n"), 50 + 1);
}

static void readers_that_leave_make_place_for_others(void **state)
{
	int readers[FOLLOWERS_MAX];
	struct follower *one_more = choose(FORMAT_siftr, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < FOLLOWERS_MAX; i++)
		readers[i] = add(choose(FORMAT_siftr, NULL, NULL));
	assert_int_equal(followers__add(&followers, one_more), -EUSERS);
	follower__free(one_more);
	write_rows(10);
	close(readers[0]);
	close(readers[7]);
	shutdown(readers[8], SHUT_WR);
	followers__flush(&followers);
	assert_int_equal(followers.count, FOLLOWERS_MAX - 2);
	readers[0] = add(choose(FORMAT_siftr, NULL, NULL));
	readers[7] = add(choose(FORMAT_siftr, NULL, NULL));
	for (size_t i = 0; i < FOLLOWERS_MAX; i++)
		close(readers[i]);
	followers__flush(&followers);
	assert_int_equal(followers.count, 0);
}

#define FOLLOW_TEST(test) cmocka_unit_test_setup_teardown(test, open_followers, close_followers)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLLOW_TEST(a_stream_is_a_complete_log),
		FOLLOW_TEST(a_slow_reader_loses_complete_lines_and_is_told_how_many),
		FOLLOW_TEST(jsonl_tells_losses_between_its_lines),
		FOLLOW_TEST(what_a_stream_of_jsonl_lost_is_in_the_footer_of_a_log),
		FOLLOW_TEST(a_stream_has_the_flows_and_times_it_asked_for),
		FOLLOW_TEST(readers_that_leave_make_place_for_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
