// SPDX-License-Identifier: BSD-2-Clause
/*
 * However little space there is and whenever it ends: a log that has begun ends with its footer,
 * and lines that did not fit are counted.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/full_disk_run.h"
#include "../lib/random_numbers.h"

#define ROUNDS 30

/* Each packet is a new connection, so that the footer grows nearly as fast as the lines. */
static void a_log_fits_a_disk_of_any_size(void **state)
{
	const __u64 step = case_step(267, 40);
	__u64 ended_full = 0, all_fitted = 0;

	(void)state;
	for (__u64 bytes = 0; bytes < 400000; bytes += 1499 * step) {
		const struct options options = {.output = scratch_log};
		struct session session;
		struct accounting accounting;
		int status;

		disk.on = true;
		disk.free_bytes = bytes;
		assert_int_equal(begin_run(&session, &options), 0);
		play_flows(&session, ROUNDS, 1);
		status = end_run(&session, &accounting);
		if (session.file.header_pending) {
			assert_int_equal(status, 1);
			assert_true(bytes < FORMAT_HEADER_MAX + FORMAT_FOOTER_MAX + 1);
			assert_file(scratch_log, "");
			continue;
		}
		assert_int_equal(status, lost_lines_of(&accounting) ? 1 : 0);
		ended_full += lost_lines_of(&accounting) > 0;
		all_fitted += lost_lines_of(&accounting) == 0;
		disk.on = false;
		assert_int_equal(good_lines("", 1), lines_of(&accounting));
		unlink(scratch_log);
	}
	assert_true(ended_full > 100 / step);
	assert_true(all_fitted > 10 / step);
}

/*
 * The disk stays full, so that the writer is in trouble to the end; the footer used its reserved
 * space.
 */
static void a_log_complete_on_a_full_disk_leaves_no_checkpoint(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	disk.on = true;
	disk.free_bytes = 100000;
	assert_int_equal(begin_run(&session, &options), 0);
	assert_true(has_checkpoint());
	play_flows(&session, ROUNDS, 1);
	assert_int_equal(session.output.error, -ENOSPC);
	assert_int_equal(end_run(&session, &accounting), 1);
	disk.on = false;
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
	assert_false(has_checkpoint());
}

/* A log that the disk has lost can be repaired only with its checkpoint. */
static void a_log_that_the_disk_lost_keeps_its_checkpoint(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	assert_int_equal(begin_run(&session, &options), 0);
	play_flows(&session, 3, 1);
	faults.of = CALL_SYNC;
	faults.error = EIO;
	faults.first = faults.last = 1;
	faults.calls = faults.happened = 0;
	faults.on = true;
	assert_int_equal(end_run(&session, &accounting), 1);
	faults.on = false;
	assert_int_equal(faults.happened, 1);
	assert_true(has_checkpoint());
}

static void the_end_of_a_log_gives_back_what_it_did_not_need(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;
	struct stat status;

	(void)state;
	disk.on = true;
	disk.free_bytes = 5 << 20;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 3);
	assert_true(disk.free_bytes < 5U << 20);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_int_equal(disk.free_bytes, (5U << 20) - (__u64)status.st_size);
}

/* Truncating the file gives its preallocated space back, which other writers then take. */
static void a_short_write_does_not_cost_the_footer_its_space(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	disk.on = true;
	disk.free_bytes = 4 << 20;
	assert_int_equal(begin_run(&session, &options), 0);
	play_flows(&session, 10, 1);
	faults.of = CALL_WRITE;
	faults.error = EIO;
	faults.short_first = true;
	faults.calls = faults.happened = 0;
	faults.first = 1;
	faults.last = 2;
	faults.on = true;
	play_flows(&session, 1, 1);
	faults.on = faults.short_first = false;
	disk.free_bytes = 0;
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(lost_lines_of(&accounting) > 0);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

static void a_file_size_limit_leaves_room_for_the_footer(void **state)
{
	const struct options options = {.output = scratch_log};
	struct rlimit limit = {40000, RLIM_INFINITY};
	struct session session;
	struct accounting accounting;
	struct stat status;

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(begin_run(&session, &options), 0);
	play_flows(&session, ROUNDS, 5);
	assert_int_equal(session.output.error, -EFBIG);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_in_range(status.st_size, 15000, 40000);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

/* Where the file system cannot reserve space, the free space is checked instead. */
static void a_file_system_without_reservation_ends_with_complete_lines(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	disk.on = true;
	disk.free_bytes = 60000;
	faults.of = CALL_ALLOCATE;
	faults.error = EOPNOTSUPP;
	faults.first = 1;
	faults.last = 1 << 30;
	faults.on = true;
	assert_int_equal(begin_run(&session, &options), 0);
	play_flows(&session, ROUNDS, 5);
	assert_int_equal(end_run(&session, &accounting), 1);
	faults.on = false;
	assert_true(lost_lines_of(&accounting) > 0);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_log_fits_a_disk_of_any_size),
		FULL_DISK_TEST(a_log_complete_on_a_full_disk_leaves_no_checkpoint),
		FULL_DISK_TEST(a_log_that_the_disk_lost_keeps_its_checkpoint),
		FULL_DISK_TEST(the_end_of_a_log_gives_back_what_it_did_not_need),
		FULL_DISK_TEST(a_short_write_does_not_cost_the_footer_its_space),
		FULL_DISK_TEST(a_file_size_limit_leaves_room_for_the_footer),
		FULL_DISK_TEST(a_file_system_without_reservation_ends_with_complete_lines),
	};

	signal(SIGXFSZ, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
