// SPDX-License-Identifier: BSD-2-Clause
/*
 * Bursts: each is a complete run with the counts of its own packets, and between two the log may be
 * renamed, deleted or ended.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "options/burst_schedule.h"

#include "../lib/rotating_run.h"

static void end_burst(struct session *session)
{
	drain_packets(session, 0);
	session__suspend(session, session->last_ns);
}

static void begin_burst(struct session *session)
{
	fake_ns += NSEC_PER_SEC;
	log_rotation__resume(&session->rotation, fake_ns);
}

static void each_burst_is_a_run_with_its_own_counts(void **state)
{
	struct session session;
	struct accounting accounting;
	double newest = 0;

	(void)state;
	begin(&session, 0, 0);
	for (int burst = 0; burst < 5; burst++) {
		play_rounds(&session, 3);
		end_burst(&session);
		assert_int_equal(good_lines("", (__u64)burst + 1),
				 count_complete_lines(scratch_log, &newest));
		newest = 0;
		begin_burst(&session);
	}
	play_rounds(&session, 3);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(good_lines("", 6), lines_of(&accounting));
}

static void a_log_that_ends_between_two_bursts_has_no_empty_run(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 3);
	end_burst(&session);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

/* Nothing is written to the log while it is suspended, also if somebody renames or deletes it. */
static void a_log_renamed_between_two_bursts_goes_on_in_a_new_file(void **state)
{
	for (int hangup = 0; hangup < 2; hangup++) {
		struct session session;
		struct accounting accounting;
		__u64 first;

		(void)state;
		begin(&session, 0, 0);
		play_rounds(&session, 3);
		end_burst(&session);
		rename_log(".1");
		if (hangup)
			session__rotate(&session, session.last_ns);
		session__flush(&session);
		first = good_lines(".1", 1);
		begin_burst(&session);
		play_rounds(&session, 3);
		if (!hangup) {
			/* Until it is told of the new name, the run writes to the renamed file. */
			session__rotate(&session, session.last_ns);
			play_rounds(&session, 3);
			first = good_lines(".1", 2);
		}
		assert_int_equal(end_run(&session, &accounting), 0);
		assert_int_equal(first + good_lines("", 1), lines_of(&accounting));
		unlink(scratch_file(".1"));
		unlink(scratch_log);
	}
}

static void a_full_file_is_left_when_a_burst_begins(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 lines = 0;

	(void)state;
	begin(&session, 64 << 10, 8);
	for (int burst = 0; burst < 3; burst++) {
		play_rounds(&session, 9);
		end_burst(&session);
		begin_burst(&session);
	}
	end_burst(&session);
	assert_int_equal(end_run(&session, &accounting), 0);
	for (int old = 8; old >= 0; old--) {
		char suffix[8] = "";

		if (old)
			snprintf(suffix, sizeof(suffix), ".%d", old);
		if (access(scratch_file(suffix), F_OK) == 0)
			lines += check_log(scratch_file(suffix)).lines;
		assert_int_equal(access(scratch_file(suffix), F_OK) == 0
					 ? check_log(scratch_file(suffix)).defects
					 : 0,
				 0);
	}
	assert_int_equal(lines, lines_of(&accounting));
}

static void what_a_full_disk_takes_of_bursts_is_counted_as_lost(void **state)
{
	struct session session;
	struct accounting accounting;
	struct findings_of_log found;

	(void)state;
	begin(&session, 0, 0);
	disk.on = true;
	for (int burst = 0; burst < 4; burst++) {
		disk.free_bytes = burst == 3 ? 1 << 20 : 0;
		play_rounds(&session, 60);
		end_burst(&session);
		begin_burst(&session);
	}
	play_rounds(&session, 3);
	assert_int_equal(end_run(&session, &accounting), EXIT_FAILED);
	found = check_log(scratch_log);
	assert_int_equal(found.defects, 0);
	assert_int_equal(found.lines, lines_of(&accounting));
	assert_true(accounting.lost_output[SIFTR_IN] > 0);
	assert_int_equal(accounting__unexplained(&accounting), 0);
}

/* A program that was running when tracing was switched off may have taken its time after that. */
static void a_footer_is_not_before_a_line_of_its_burst(void **state)
{
	struct session session;
	struct accounting accounting;
	double newest = 0;
	unsigned int second, usecond;
	size_t bytes;
	char *text;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 3);
	drain_packets(&session, 0);
	session__suspend(&session, session.last_ns - 5 * NSEC_PER_MSEC);
	assert_int_equal(end_run(&session, &accounting), 0);
	count_complete_lines(scratch_log, &newest);
	text = read_file(scratch_log, &bytes);
	assert_int_equal(sscanf(strstr(text, "disable_time_secs="),
				"disable_time_secs=%u\tdisable_time_usecs=%u", &second, &usecond),
			 2);
	assert_true(second + usecond / 1e6 >= newest);
	free(text);
}

static void a_format_with_one_run_is_refused(void **state)
{
	const struct options options = {
		.output = scratch_log,
		.format = FORMAT_siftr2,
		.bursts = {NSEC_PER_SEC, 2 * NSEC_PER_SEC},
	};
	struct session session = {};

	(void)state;
	assert_int_equal(session__choose(&session, &options), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(each_burst_is_a_run_with_its_own_counts),
		SCRATCH_TEST(a_log_that_ends_between_two_bursts_has_no_empty_run),
		SCRATCH_TEST(a_log_renamed_between_two_bursts_goes_on_in_a_new_file),
		SCRATCH_TEST(a_full_file_is_left_when_a_burst_begins),
		SCRATCH_TEST(what_a_full_disk_takes_of_bursts_is_counted_as_lost),
		SCRATCH_TEST(a_footer_is_not_before_a_line_of_its_burst),
		SCRATCH_TEST(a_format_with_one_run_is_refused),
	};

	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
