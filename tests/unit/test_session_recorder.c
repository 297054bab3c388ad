// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs with --trigger: the log has the flows to which something happened and no others, over
 * rotations as well, the accounting balances, and a quiet run writes nothing.
 */
#include <string.h>
#include <unistd.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "commands/recorded_lines.h"

#include "../lib/findings.h"
#include "../lib/recorded_session.h"

static void a_quiet_run_writes_nothing_after_its_header(void **state)
{
	struct session session;
	struct accounting accounting;
	struct checkpoint_counts kept;
	size_t before, after;

	(void)state;
	begin_recording(&session, &recording_options);
	free(read_file(scratch_log, &before));
	assert_non_null(session.file.checkpoint.file);
	kept = session.file.checkpoint.kept;
	faults = (struct faults){.on = true, .of = CALL_ANY, .first = 1 << 30, .last = 1 << 30};
	play_accident(&session, 300, 0);
	assert_int_equal(faults.calls, 0);
	assert_memory_equal(&kept, &session.file.checkpoint.kept, sizeof(kept));
	assert_false(session.file.checkpoint.is_changing);
	free(read_file(scratch_log, &after));
	assert_int_equal(before, after);
	play_accident(&session, 1, 7);
	assert_true(faults.calls > 0);
	faults.on = false;
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_recorder_balanced(&accounting, 6, 1);
	assert_int_equal(good_lines("", 1), 6);
}

static void the_flow_list_has_the_flows_of_the_lines(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin_recording(&session, &recording_options);
	play_accident(&session, 20, 7);
	play_accident(&session, 20, 11);
	play_accident(&session, 20, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_recorder_balanced(&accounting, 2 * (5 + 1 + 3), 2);
	assert_int_equal(good_lines("", 1), 18);
	assert_int_equal(count_text("", "172.16.0.0;"), 2);
	assert_int_equal(count_text("", "total_tcp_pkts=18\t"), 1);
}

static void history_from_before_a_rotation_goes_into_the_next_file(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin_recording(&session, &recording_options);
	play_accident(&session, 20, 7);
	play_accident(&session, 2, 0);
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	play_accident(&session, 1, 11);
	play_accident(&session, 20, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_recorder_balanced(&accounting, 18, 2);
	assert_int_equal(good_lines(".1", 1), 6 + 2);
	assert_int_equal(good_lines("", 1), 1 + 9);
}

static void episodes_rotate_the_log_at_its_size(void **state)
{
	struct options options = recording_options;
	struct session session;
	struct accounting accounting;
	const char *suffix;
	__u64 lines = 0;
	int number;

	(void)state;
	options.max_bytes = 65536;
	options.rotate = 900;
	options.before = "1000";
	options.recorder_bytes = 16 << 20;
	begin_recording(&session, &options);
	for (__u32 flow = 1; flow <= RECORDED_FLOWS; flow++)
		play_accident(&session, 100, flow);
	assert_int_equal(end_run(&session, &accounting), 0);
	for (number = 0; (suffix = scratch_rotated(number)); number++)
		lines += good_lines(suffix, 1);
	assert_true(number > 10);
	assert_recorder_balanced(&accounting, lines, RECORDED_FLOWS);
}

/* Each line of a batch may be the first of its flow, which the footer lists. */
static void a_size_costs_no_line_when_many_flows_have_accidents_at_once(void **state)
{
	struct options options = recording_options;
	struct session session;
	struct accounting accounting;
	const char *suffix;
	__u64 lines = 0;

	(void)state;
	options.max_bytes = 65536;
	options.rotate = 900;
	options.before = options.after = "0";
	begin_recording(&session, &options);
	for (__u32 first = 1; first <= 400 * FLOWS_BATCH; first += FLOWS_BATCH)
		send_to_all(&session, first, FLOWS_BATCH);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(lost_lines_of(&accounting), 0);
	for (int number = 0; (suffix = scratch_rotated(number)); number++)
		lines += good_lines(suffix, 1);
	assert_int_equal(lines, 400 * FLOWS_BATCH);
}

static void count_ends_an_episode_early(void **state)
{
	struct options options = recording_options;
	struct session session;
	struct accounting accounting;

	(void)state;
	options.count = 4;
	begin_recording(&session, &options);
	play_accident(&session, 20, 7);
	assert_true(session__is_over(&session));
	play_accident(&session, 3, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(lines_of(&accounting), 4);
	assert_int_equal(good_lines("", 1), 4);
}

static void lines_lost_on_a_full_disk_are_counted(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin_recording(&session, &recording_options);
	disk.on = true;
	disk.free_bytes = 0;
	play_accident(&session, 20, 7);
	play_accident(&session, 20, 0);
	end_run(&session, &accounting);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_int_equal(lost_lines_of(&accounting), 9);
}

static void wrong_triggers_are_refused(void **state)
{
	struct options options = recording_options;
	struct session session = {};

	(void)state;
	options.trigger = "rto,accident";
	assert_true(session__choose(&session, &options) < 0);
	assert_int_equal(times_reported("--trigger takes rto, "), 1);
	options = recording_options;
	options.after = "5 s";
	assert_true(session__choose(&session, &options) < 0);
	assert_int_equal(times_reported("--after takes a number of packets"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_quiet_run_writes_nothing_after_its_header),
		FULL_DISK_TEST(the_flow_list_has_the_flows_of_the_lines),
		FULL_DISK_TEST(history_from_before_a_rotation_goes_into_the_next_file),
		FULL_DISK_TEST(episodes_rotate_the_log_at_its_size),
		FULL_DISK_TEST(a_size_costs_no_line_when_many_flows_have_accidents_at_once),
		FULL_DISK_TEST(count_ends_an_episode_early),
		FULL_DISK_TEST(lines_lost_on_a_full_disk_are_counted),
		FULL_DISK_TEST(wrong_triggers_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
