// SPDX-License-Identifier: BSD-2-Clause
/*
 * A rotated log: each file is a complete log, together they have every line once, and a rotation
 * that fails costs no line.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "convert/flow_list.h"
#include "convert/flows.h"

#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"
#include "../lib/rotating_run.h"

static void a_hundred_files_have_every_line_once(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 lines = 0;
	double newest = 0;

	(void)state;
	begin(&session, 0, 0);
	for (int number = 1; number <= 100; number++) {
		char suffix[16];

		play_rounds(&session, 3);
		snprintf(suffix, sizeof(suffix), ".%d", number);
		rename_log(suffix);
		session__rotate(&session, session.last_ns);
		lines += good_lines(suffix, 1);
		assert_int_equal(count_complete_lines(scratch_file(suffix), &newest),
				 good_lines(suffix, 1));
	}
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(lines + good_lines("", 1), lines_of(&accounting));
	assert_int_equal(accounting.lost_output[SIFTR_IN] + accounting.lost_output[SIFTR_OUT], 0);
}

static void a_log_nobody_renamed_goes_on_as_another_run(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin(&session, 0, 0);
	for (int i = 0; i < 3; i++) {
		play_rounds(&session, 2);
		session__rotate(&session, session.last_ns);
	}
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(good_lines("", 4), lines_of(&accounting));
}

/*
 * The old file is synced half a minute after the rotation, or at the next rotation or the end of
 * the run if that comes first.
 */
static void an_old_file_that_the_disk_lost_is_reported(void **state)
{
	(void)state;
	for (int way = 0; way < 3; way++) {
		struct session session;
		struct accounting accounting;

		begin(&session, 0, 0);
		play_rounds(&session, 2);
		rename_log(".1");
		faults.of = CALL_SYNC;
		faults.first = faults.last = 1;
		faults.error = EIO;
		faults.on = true;
		session__rotate(&session, session.last_ns);
		play_rounds(&session, 2);
		assert_int_equal(faults.happened, 0);
		if (way == 0) {
			fake_ns = session__retry_ns(&session);
			session__flush(&session);
			assert_int_equal(faults.happened, 1);
		} else if (way == 1) {
			rename_log(".2");
			session__rotate(&session, session.last_ns);
			assert_int_equal(faults.happened, 1);
		}
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_int_equal(faults.happened, 1);
		assert_int_equal(unlink(scratch_log), 0);
	}
}

static void log_one(struct session *session, __u32 number)
{
	static __u32 announced;
	const struct siftr_flow_key key = key_number(number);
	struct siftr_record record = idle_record();
	const struct siftr_record *records[] = {&record};

	record.time_ns = clock__monotonic_ns();
	record.flow = ++announced;
	announce(session->flows, announced, &key);
	kernel_counters.of[SIFTR_IN][SIFTR_RECORDS]++;
	session__log(session, records, 1);
	session__flush(session);
}

/*
 * The cached text of a forgotten flow must be dropped: another flow may get its id in the next
 * file.
 */
static void an_id_given_again_has_its_new_flow_s_addresses(void **state)
{
	const __u32 first = 952081114,
		    second = 2633076528U; /* flows with the same hash, found in test_flows.c */
	struct session session;
	struct accounting accounting;
	char *text;
	size_t bytes;

	(void)state;
	begin(&session, 0, 0);
	for (int i = 0; i < 3; i++)
		log_one(&session, first);
	for (__u32 i = 0; i <= FLOWS_REMEMBERED; i++) {
		struct siftr_flow_key key = key_number(i);

		flows__id(session.flows, &key);
	}
	/*
	 * The first flow is idle for one complete file, which is so long that no record can name
	 * it any more: it is forgotten before the second rotation.
	 */
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	flow_list__next_interval(session.flows, ~0ULL, 0);
	rename_log(".2");
	session__rotate(&session, session.last_ns);
	for (int i = 0; i < 3; i++)
		log_one(&session, second);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(good_lines("", 1), 3);
	text = read_file(scratch_log, &bytes);
	assert_non_null(strstr(text, "10.0.0.1,443,172.16.156.241,36656,"));
	assert_null(strstr(text, "10.0.0.1,443,172.16.56.191,"));
	free(text);
}

/* No new file is created while everybody can write the directory. */
static void a_file_that_cannot_be_opened_leaves_the_old_one(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 lines;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 2);
	rename_log(".1");
	assert_int_equal(chmod(scratch_directory, 0777), 0);
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 300);
	assert_false(scratch_exists(""));
	assert_int_equal(chmod(scratch_directory, 0700), 0);
	assert_in_range(session__retry_ns(&session) - fake_ns, 0, NSEC_PER_SEC);
	fake_ns = session__retry_ns(&session);
	session__flush(&session);
	assert_true(scratch_exists(""));
	play_rounds(&session, 2);
	assert_int_equal(end_run(&session, &accounting), 0);
	lines = good_lines(".1", 1);
	assert_in_range(lines, 40 * 200, 40 * 302);
	assert_int_equal(lines + good_lines("", 1), lines_of(&accounting));
}

static void a_file_somebody_else_writes_leaves_the_old_one(void **state)
{
	struct session session;
	struct accounting accounting;
	int other;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 2);
	rename_log(".1");
	other = open(scratch_log, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 2);
	assert_int_equal(end_run(&session, &accounting), 0);
	close(other);
	assert_int_equal(good_lines(".1", 1), lines_of(&accounting));
	assert_file(scratch_log, "");
}

static void a_full_disk_leaves_the_old_file_until_there_is_space(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 lines;

	(void)state;
	begin(&session, 0, 0);
	disk.on = true;
	disk.free_bytes = 100000;
	play_rounds(&session, 100);
	assert_int_equal(session.output.error, -ENOSPC);
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 10);
	disk.free_bytes += 4 << 20;
	fake_ns += NSEC_PER_SEC;
	play_rounds(&session, 10);
	assert_int_equal(end_run(&session, &accounting), 1);
	disk.on = false;
	lines = good_lines("", 1);
	assert_in_range(lines, 40 * 7, 40 * 10);
	assert_int_equal(lines + good_lines(".1", 1), lines_of(&accounting));
}

static __u64 microseconds_of(unsigned long long seconds, unsigned int microseconds)
{
	return seconds * USEC_PER_SEC + microseconds;
}

/* Asserts that the log's last data line and its footer have this time, in microseconds. */
static void assert_last_times(__u64 time_us)
{
	unsigned long long seconds;
	unsigned int microseconds;
	__u64 line_us = 0;
	char line[4096];
	FILE *file = fopen(scratch_log, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) && strncmp(line, "disable", 7))
		if (sscanf(line, "%*c,%llu.%u,", &seconds, &microseconds) == 2)
			line_us = microseconds_of(seconds, microseconds);
	fclose(file);
	assert_int_equal(line_us, time_us);
	assert_int_equal(sscanf(line, "disable_time_secs=%llu\tdisable_time_usecs=%u", &seconds,
				&microseconds),
			 2);
	assert_int_equal(microseconds_of(seconds, microseconds), time_us);
}

static void a_packet_logged_after_the_stop_is_still_before_the_end(void **state)
{
	struct session session;
	struct siftr_time last;
	int status;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 1);
	drain_packets(&session, 0);
	last = wall_clock__time(&session.wall, session.last_ns);
	status = session__end(&session, session.last_ns - NSEC_PER_SEC / 500);
	session__close(&session, &status);
	assert_int_equal(status, 0);
	assert_last_times(microseconds_of(last.seconds, last.microseconds));
	good_lines("", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_hundred_files_have_every_line_once),
		SCRATCH_TEST(a_log_nobody_renamed_goes_on_as_another_run),
		SCRATCH_TEST(an_old_file_that_the_disk_lost_is_reported),
		SCRATCH_TEST(an_id_given_again_has_its_new_flow_s_addresses),
		SCRATCH_TEST(a_file_that_cannot_be_opened_leaves_the_old_one),
		SCRATCH_TEST(a_file_somebody_else_writes_leaves_the_old_one),
		SCRATCH_TEST(a_full_disk_leaves_the_old_file_until_there_is_space),
		SCRATCH_TEST(a_packet_logged_after_the_stop_is_still_before_the_end),
	};

	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
