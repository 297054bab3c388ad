// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs with --trigger: the log has the flows to which something happened and no others, in every
 * format and over rotations, the accounting balances, and a quiet run writes nothing.
 */
#include <string.h>
#include <unistd.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "commands/recorded_lines.h"

#include "../lib/findings.h"
#include "../lib/full_disk_run.h"
#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"

#define FLOWS 20

/* A record with room for all groups, whose fields the tests do not read. */
static union {
	struct siftr_record record;
	char bytes[sizeof(struct siftr_record) + SIFTR_GROUPS_BYTES];
} packet;

/* The number under which a flow was announced last. */
static __u32 last_number;

static const struct options quiet_options = {.output = scratch_log,
					     .trigger = "recovery",
					     .before = "5",
					     .after = "3",
					     .recorder_bytes = 1 << 20};

static void begin_recording(struct session *session, const struct options *options)
{
	memset(&faults, 0, sizeof(faults));
	memset(&disk, 0, sizeof(disk));
	memset(packet.bytes, 0, sizeof(packet.bytes));
	last_number = 0;
	assert_int_equal(begin_run(session, options), 0);
}

static void send_to(struct session *session, __u32 flow, bool recovers)
{
	const struct siftr_record *records[] = {&packet.record};
	const struct siftr_flow_key key = key_number(flow);

	/* As after a rotation: each flow is announced anew, under another number. */
	announce(session->flows, ++last_number, &key);
	fake_ns += NSEC_PER_MSEC;
	packet.record = idle_record();
	packet.record.time_ns = fake_ns;
	packet.record.flow = last_number;
	packet.record.direction = fake_ns / NSEC_PER_MSEC & 1;
	packet.record.ca_state = recovers ? 3 : 0;
	kernel_counters.of[packet.record.direction][SIFTR_RECORDS]++;
	recorded_lines__log(session, records, 1);
	session->records++;
}

/* Rounds in which every flow has a packet. In the last of them flow `accident` has its trigger. */
static void play(struct session *session, int rounds, __u32 accident)
{
	for (int round = 1; round <= rounds; round++) {
		for (__u32 flow = 1; flow <= FLOWS; flow++)
			send_to(session, flow, flow == accident && round == rounds);
		session__flush(session);
		log_file__checkpoint(&session->file);
	}
}

/* Asserts that all records are accounted for: the lines, and those that were kept back. */
static void assert_balanced(const struct accounting *accounting, __u64 lines, __u64 episodes)
{
	__u64 records = accounting->kernel.of[SIFTR_IN][SIFTR_RECORDS] +
			accounting->kernel.of[SIFTR_OUT][SIFTR_RECORDS];

	assert_true(accounting->has_recorder);
	assert_int_equal(lines_of(accounting), lines);
	assert_int_equal(recorder_counts__held(&accounting->recorder, SIFTR_IN) +
				 recorder_counts__held(&accounting->recorder, SIFTR_OUT),
			 records - lines);
	assert_int_equal(accounting->recorder.episodes, episodes);
}

static int count_text(const char *suffix, const char *text)
{
	size_t bytes;
	char *file = read_file(scratch_file(suffix), &bytes);
	int count = 0;

	for (const char *at = file; (at = strstr(at, text)); at += strlen(text))
		count++;
	free(file);
	return count;
}

static void a_quiet_run_writes_nothing_after_its_header(void **state)
{
	struct session session;
	struct accounting accounting;
	struct checkpoint_counts kept;
	size_t before, after;

	(void)state;
	begin_recording(&session, &quiet_options);
	free(read_file(scratch_log, &before));
	assert_non_null(session.file.checkpoint.file);
	kept = session.file.checkpoint.kept;
	faults = (struct faults){.on = true, .of = CALL_ANY, .first = 1 << 30, .last = 1 << 30};
	play(&session, 300, 0);
	assert_int_equal(faults.calls, 0);
	assert_memory_equal(&kept, &session.file.checkpoint.kept, sizeof(kept));
	assert_false(session.file.checkpoint.is_changing);
	free(read_file(scratch_log, &after));
	assert_int_equal(before, after);
	play(&session, 1, 7);
	assert_true(faults.calls > 0);
	faults.on = false;
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_balanced(&accounting, 6, 1);
	assert_int_equal(good_lines("", 1), 6);
}

static void the_flow_list_has_the_flows_of_the_lines(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin_recording(&session, &quiet_options);
	play(&session, 20, 7);
	play(&session, 20, 11);
	play(&session, 20, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_balanced(&accounting, 2 * (5 + 1 + 3), 2);
	assert_int_equal(good_lines("", 1), 18);
	assert_int_equal(count_text("", "172.16.0.0;"), 2);
	assert_int_equal(count_text("", "total_tcp_pkts=18\t"), 1);
}

static void tables_mark_episodes_and_what_began_them(void **state)
{
	struct options options = quiet_options;
	struct session session;
	struct accounting accounting;

	(void)state;
	options.format = FORMAT_csv;
	begin_recording(&session, &options);
	play(&session, 20, 7);
	play(&session, 20, 11);
	play(&session, 20, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_balanced(&accounting, 18, 2);
	assert_int_equal(count_text("", ",flowtype,episode,trigger\n"), 1);
	assert_int_equal(count_text("", ",191,1,\n"), 8);
	assert_int_equal(count_text("", ",191,1,recovery\n"), 1);
	assert_int_equal(count_text("", ",191,2,\n"), 8);
	assert_int_equal(count_text("", ",191,2,recovery\n"), 1);
	unlink(scratch_log);
	options.format = FORMAT_jsonl;
	options.fields = "episode";
	begin_recording(&session, &options);
	play(&session, 20, 7);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(count_text("", "\"episode\":1}\n"), 6);
}

static void every_format_has_the_lines_of_an_accident(void **state)
{
	(void)state;
	for (__u32 format = 0; format < FORMATS; format++) {
		struct options options = quiet_options;
		struct session session;
		struct accounting accounting;
		__u64 lines = 9;

		/* Formats without sent packets get none from the programs, so not this test's. */
		if (formats[format]->inbound_only)
			continue;
		options.format = format;
		begin_recording(&session, &options);
		play(&session, 20, 7);
		play(&session, 20, 0);
		assert_int_equal(end_run(&session, &accounting), 0);
		assert_balanced(&accounting, lines, 1);
		unlink(scratch_log);
	}
}

static void no_line_of_siftr2_is_older_than_the_first(void **state)
{
	static const enum format_id both[] = {FORMAT_siftr2, FORMAT_siftr2_binary};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		struct options options = quiet_options;
		struct session session;
		struct accounting accounting;
		size_t bytes;
		char *text;

		options.format = both[i];
		begin_recording(&session, &options);
		play(&session, 20, 0);
		for (int packets = 0; packets < 10; packets++)
			send_to(&session, 7, false);
		send_to(&session, 7, true);
		/* Flow 11 follows at once: its history began before the first line. */
		send_to(&session, 11, true);
		play(&session, 20, 0);
		assert_int_equal(end_run(&session, &accounting), 0);
		text = read_file(scratch_log, &bytes);
		judge_bytes(text, bytes, 0);
		assert_string_equal(findings.text, "");
		assert_int_equal(findings.result.lines, lines_of(&accounting));
		assert_true(accounting.recorder.refused[SIFTR_IN] +
				    accounting.recorder.refused[SIFTR_OUT] >
			    0);
		assert_balanced(&accounting, findings.result.lines, 2);
		free(text);
		unlink(scratch_log);
	}
}

static void history_from_before_a_rotation_goes_into_the_next_file(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin_recording(&session, &quiet_options);
	play(&session, 20, 7);
	play(&session, 2, 0);
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	play(&session, 1, 11);
	play(&session, 20, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_balanced(&accounting, 18, 2);
	assert_int_equal(good_lines(".1", 1), 6 + 2);
	assert_int_equal(good_lines("", 1), 1 + 9);
}

static void episodes_rotate_the_log_at_its_size(void **state)
{
	struct options options = quiet_options;
	struct session session;
	struct accounting accounting;
	char suffix[16] = "";
	__u64 lines = 0;
	int number;

	(void)state;
	options.max_bytes = 65536;
	options.rotate = 900;
	options.before = "1000";
	options.recorder_bytes = 16 << 20;
	begin_recording(&session, &options);
	for (__u32 flow = 1; flow <= FLOWS; flow++)
		play(&session, 100, flow);
	assert_int_equal(end_run(&session, &accounting), 0);
	for (number = 0; scratch_exists(suffix); number++) {
		lines += good_lines(suffix, 1);
		snprintf(suffix, sizeof(suffix), ".%d", number + 1);
	}
	assert_true(number > 10);
	assert_balanced(&accounting, lines, FLOWS);
}

static void count_ends_an_episode_early(void **state)
{
	struct options options = quiet_options;
	struct session session;
	struct accounting accounting;

	(void)state;
	options.count = 4;
	begin_recording(&session, &options);
	play(&session, 20, 7);
	assert_true(session__is_over(&session));
	play(&session, 3, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(lines_of(&accounting), 4);
	assert_int_equal(good_lines("", 1), 4);
}

static void lines_lost_on_a_full_disk_are_counted(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin_recording(&session, &quiet_options);
	disk.on = true;
	disk.free_bytes = 0;
	play(&session, 20, 7);
	play(&session, 20, 0);
	end_run(&session, &accounting);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_int_equal(lost_lines_of(&accounting), 9);
}

static void wrong_triggers_are_refused(void **state)
{
	struct options options = quiet_options;
	struct session session = {};

	(void)state;
	options.trigger = "rto,accident";
	assert_true(session__choose(&session, &options) < 0);
	assert_int_equal(times_reported("--trigger takes rto, "), 1);
	options = quiet_options;
	options.after = "5 s";
	assert_true(session__choose(&session, &options) < 0);
	assert_int_equal(times_reported("--after takes a number of packets"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_quiet_run_writes_nothing_after_its_header),
		FULL_DISK_TEST(the_flow_list_has_the_flows_of_the_lines),
		FULL_DISK_TEST(tables_mark_episodes_and_what_began_them),
		FULL_DISK_TEST(every_format_has_the_lines_of_an_accident),
		FULL_DISK_TEST(no_line_of_siftr2_is_older_than_the_first),
		FULL_DISK_TEST(history_from_before_a_rotation_goes_into_the_next_file),
		FULL_DISK_TEST(episodes_rotate_the_log_at_its_size),
		FULL_DISK_TEST(count_ends_an_episode_early),
		FULL_DISK_TEST(lines_lost_on_a_full_disk_are_counted),
		FULL_DISK_TEST(wrong_triggers_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
