// SPDX-License-Identifier: BSD-2-Clause
/*
 * However little space there is and whenever it ends: the log that has begun ends with
 * its footer, lines that found no place are counted, and writing goes on within a second.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/faulty_calls.h"
#include "../lib/synthetic_run.h"

#define MS_NS	1000000ULL
#define ROUNDS	30
#define MESSAGE "lines are lost, and counted"

static char messages[128]; /* what is said goes to this file */

static int make_messages(void **state)
{
	int err = make_scratch(state);

	memset(&disk, 0, sizeof(disk));
	snprintf(messages, sizeof(messages), "%s/messages", scratch_directory);
	assert_non_null(freopen(messages, "w", stderr));
	return err;
}

static int remove_messages(void **state)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	setrlimit(RLIMIT_FSIZE, &limit);
	assert_non_null(freopen("/dev/null", "w", stderr));
	return remove_all_scratch(state);
}

static int times_said(const char *text)
{
	FILE *file = fopen(messages, "r");
	char line[1024];
	int times = 0;

	fflush(stderr);
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		times += strstr(line, text) != NULL;
	fclose(file);
	return times;
}

static struct options options_of(const char *path)
{
	return (struct options){.output = path};
}

static void play_rounds(struct session *session, int rounds, __u32 packets_per_flow)
{
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < 40; i++)
			send_packet(packets_per_flow);
		drain_packets(session, 3);
		fake_ns += 10 * MS_NS;
	}
}

static __u64 lost(const struct accounting *books)
{
	return books->lost_output[SIFTR_IN] + books->lost_output[SIFTR_OUT];
}

static void assert_good(const char *path, __u64 lines)
{
	struct findings_of_log found = check_log(path);

	assert_int_equal(found.defects, 0);
	assert_int_equal(found.lines, lines);
}

static __u64 lines(const struct accounting *books)
{
	return books->lines[SIFTR_IN] + books->lines[SIFTR_OUT];
}

/* Each packet a new connection, so that the footer grows nearly as fast as the lines. */
static void a_log_fits_a_disk_of_any_size(void **state)
{
	int ended_full = 0, all_fitted = 0;

	(void)state;
	for (__u64 bytes = 0; bytes < 400000; bytes += 1499) {
		const struct options options = options_of(scratch_log);
		struct session session;
		struct accounting books;
		int status;

		disk.on = true;
		disk.free_bytes = bytes;
		assert_int_equal(begin_run(&session, &options), 0);
		play_rounds(&session, ROUNDS, 1);
		status = end_run(&session, &books);
		if (session.file.header_pending) {
			assert_int_equal(status, 1);
			assert_true(bytes < FORMAT_HEADER_MAX + FORMAT_FOOTER_MAX + 1);
			assert_file(scratch_log, "");
			continue;
		}
		assert_int_equal(status, lost(&books) ? 1 : 0);
		ended_full += lost(&books) > 0;
		all_fitted += lost(&books) == 0;
		disk.on = false;
		assert_good(scratch_log, lines(&books));
		unlink(scratch_log);
	}
	assert_true(ended_full > 100);
	assert_true(all_fitted > 10);
}

static bool has_checkpoint(void)
{
	DIR *directory = opendir(scratch_directory);
	bool found = false;

	assert_non_null(directory);
	for (struct dirent *entry; (entry = readdir(directory));)
		found |= strstr(entry->d_name, CHECKPOINT_SUFFIX) != NULL;
	closedir(directory);
	return found;
}

/* The disk is full to the end, as the writer knows; the footer had its place. */
static void a_log_complete_on_a_full_disk_leaves_no_checkpoint(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	disk.on = true;
	disk.free_bytes = 100000;
	assert_int_equal(begin_run(&session, &options), 0);
	assert_true(has_checkpoint());
	play_rounds(&session, ROUNDS, 1);
	assert_int_equal(session.output.error, -ENOSPC);
	assert_int_equal(end_run(&session, &books), 1);
	disk.on = false;
	assert_good(scratch_log, lines(&books));
	assert_false(has_checkpoint());
}

/* What the disk has not taken can be repaired only with its checkpoint. */
static void a_log_that_the_disk_lost_keeps_its_checkpoint(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 3, 1);
	faults.of = CALL_SYNC;
	faults.error = EIO;
	faults.first = faults.last = 1;
	faults.calls = faults.happened = 0;
	faults.on = true;
	assert_int_equal(end_run(&session, &books), 1);
	faults.on = false;
	assert_int_equal(faults.happened, 1);
	assert_true(has_checkpoint());
}

static void the_end_of_a_log_gives_back_what_it_did_not_need(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;
	struct stat status;

	(void)state;
	disk.on = true;
	disk.free_bytes = 5 << 20;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 3, 50);
	assert_true(disk.free_bytes < 5U << 20);
	assert_int_equal(end_run(&session, &books), 0);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_int_equal(disk.free_bytes, (5U << 20) - (__u64)status.st_size);
}

/* Milliseconds of the run's clock, without a packet, until it has noticed. */
static int time_to_resume(struct session *session)
{
	__u64 begin_ns = fake_ns;

	while (session->output.error && fake_ns < begin_ns + 2000 * MS_NS) {
		fake_ns = session__retry_ns(session);
		session__flush(session);
	}
	return (int)((fake_ns - begin_ns) / MS_NS);
}

static void writing_resumes_twenty_times_each_said_once(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	disk.on = true;
	disk.free_bytes = 300000;
	assert_int_equal(begin_run(&session, &options), 0);
	for (int cycle = 1; cycle <= 20; cycle++) {
		play_rounds(&session, 150, 50);
		assert_int_equal(session.output.error, -ENOSPC);
		assert_int_equal(times_said(MESSAGE), cycle);
		disk.free_bytes += 200000;
		assert_in_range(time_to_resume(&session), 0, 1000);
		assert_int_equal(times_said("again;"), cycle);
	}
	assert_int_equal(end_run(&session, &books), 1);
	assert_true(lost(&books) > 20);
	assert_good(scratch_log, lines(&books));
}

static void a_failing_device_is_complained_of_once_a_minute(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	assert_int_equal(begin_run(&session, &options), 0);
	faults.of = CALL_WRITE;
	faults.error = EIO;
	faults.first = 1;
	faults.last = 1 << 30;
	for (int second = 0; second < 150; second++) {
		faults.on = second % 3 < 2;
		play_rounds(&session, 100, 50);
	}
	faults.on = false;
	assert_int_equal(times_said("Input/output error"), 3);
	assert_int_equal(end_run(&session, &books), 1);
	assert_good(scratch_log, lines(&books));
}

/* Cutting the file back gives the space behind it away, and others are waiting for it. */
static void a_torn_write_does_not_cost_the_footer_its_space(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	disk.on = true;
	disk.free_bytes = 4 << 20;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 10, 1);
	faults.of = CALL_WRITE;
	faults.error = EIO;
	faults.short_first = true;
	faults.calls = faults.happened = 0;
	faults.first = 1;
	faults.last = 2;
	faults.on = true;
	play_rounds(&session, 1, 1);
	faults.on = faults.short_first = false;
	disk.free_bytes = 0;
	assert_int_equal(end_run(&session, &books), 1);
	assert_true(lost(&books) > 0);
	assert_good(scratch_log, lines(&books));
}

static void a_file_size_limit_leaves_room_for_the_footer(void **state)
{
	const struct options options = options_of(scratch_log);
	struct rlimit limit = {40000, RLIM_INFINITY};
	struct session session;
	struct accounting books;
	struct stat status;

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, ROUNDS, 5);
	assert_int_equal(session.output.error, -EFBIG);
	assert_int_equal(end_run(&session, &books), 1);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_in_range(status.st_size, 15000, 40000);
	assert_good(scratch_log, lines(&books));
}

static void min_free_is_left_to_others(void **state)
{
	struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	options.min_free_bytes = 500000;
	disk.on = true;
	disk.free_bytes = 700000;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 200, 50);
	assert_in_range(disk.free_bytes, 500000, 700000);
	assert_int_equal(times_said("less space than --min-free"), 1);
	disk.free_bytes += 400000;
	assert_in_range(time_to_resume(&session), 0, 1000);
	play_rounds(&session, 10, 50);
	assert_int_equal(session.output.error, 0);
	assert_int_equal(end_run(&session, &books), 1);
	assert_good(scratch_log, lines(&books));
}

/* The header is there, lines wait for space, and it is said as it is later. */
static void a_start_below_min_free_waits_for_space(void **state)
{
	struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	options.min_free_bytes = 500000;
	disk.on = true;
	disk.free_bytes = 400000;
	assert_int_equal(begin_run(&session, &options), 0);
	assert_int_equal(times_said("less space than --min-free"), 1);
	assert_true(has_checkpoint());
	play_rounds(&session, 20, 50);
	assert_in_range(disk.free_bytes, 390000, 400000);
	disk.free_bytes += 400000;
	assert_in_range(time_to_resume(&session), 0, 1000);
	play_rounds(&session, 10, 50);
	assert_int_equal(times_said("less space than --min-free"), 1);
	assert_int_equal(times_said("again;"), 1);
	assert_int_equal(end_run(&session, &books), 1);
	assert_true(lost(&books) > 0);
	assert_true(lines(&books) > 0);
	assert_good(scratch_log, lines(&books));
	assert_false(has_checkpoint());
}

/* Not even the header has a place: it comes with the space, and counts from the beginning. */
static void a_start_on_a_full_disk_waits_for_space(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	disk.on = true;
	disk.free_bytes = 100;
	assert_int_equal(begin_run(&session, &options), 0);
	assert_int_equal(times_said(MESSAGE), 1);
	play_rounds(&session, 20, 50);
	session__rotate(&session, session.last_ns);
	assert_file(scratch_log, "");
	disk.free_bytes += 4 << 20;
	fake_ns += 1000 * MS_NS;
	play_rounds(&session, 10, 50);
	assert_int_equal(times_said("again;"), 1);
	assert_int_equal(end_run(&session, &books), 1);
	assert_true(lost(&books) > 0);
	assert_true(lines(&books) > 0);
	assert_good(scratch_log, lines(&books));
	assert_false(has_checkpoint());
}

/* Where space cannot be reserved the disk is looked at. */
static void a_file_system_without_reservation_ends_with_whole_lines(void **state)
{
	const struct options options = options_of(scratch_log);
	struct session session;
	struct accounting books;

	(void)state;
	disk.on = true;
	disk.free_bytes = 60000;
	faults.of = CALL_ALLOCATE;
	faults.error = EOPNOTSUPP;
	faults.first = 1;
	faults.last = 1 << 30;
	faults.on = true;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, ROUNDS, 5);
	assert_int_equal(end_run(&session, &books), 1);
	faults.on = false;
	assert_true(lost(&books) > 0);
	assert_good(scratch_log, lines(&books));
}

#define SPACE_TEST(test) cmocka_unit_test_setup_teardown(test, make_messages, remove_messages)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPACE_TEST(a_log_fits_a_disk_of_any_size),
		SPACE_TEST(a_log_complete_on_a_full_disk_leaves_no_checkpoint),
		SPACE_TEST(a_log_that_the_disk_lost_keeps_its_checkpoint),
		SPACE_TEST(the_end_of_a_log_gives_back_what_it_did_not_need),
		SPACE_TEST(writing_resumes_twenty_times_each_said_once),
		SPACE_TEST(a_failing_device_is_complained_of_once_a_minute),
		SPACE_TEST(a_torn_write_does_not_cost_the_footer_its_space),
		SPACE_TEST(a_file_size_limit_leaves_room_for_the_footer),
		SPACE_TEST(min_free_is_left_to_others),
		SPACE_TEST(a_start_below_min_free_waits_for_space),
		SPACE_TEST(a_start_on_a_full_disk_waits_for_space),
		SPACE_TEST(a_file_system_without_reservation_ends_with_whole_lines),
	};

	signal(SIGXFSZ, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
