// SPDX-License-Identifier: BSD-2-Clause
/*
 * A log that is deleted, truncated or replaced while it is written: its lines are counted as lost
 * once, and the log continues. A renamed log loses nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "capture/clock.h"

#include "../lib/rotating_run.h"
#include "../lib/writer_fixture.h"

#include "output/writer_switch.h"

static __u64 lost_log(const struct accounting *accounting)
{
	return accounting->lost_log[SIFTR_IN] + accounting->lost_log[SIFTR_OUT];
}

static __u64 records(const struct accounting *accounting)
{
	return accounting->kernel.of[SIFTR_IN][SIFTR_RECORDS] +
	       accounting->kernel.of[SIFTR_OUT][SIFTR_RECORDS];
}

static bool has_checkpoint(void)
{
	DIR *directory = opendir(scratch_directory);
	bool found = false;

	for (struct dirent *entry; (entry = readdir(directory));)
		found |= strstr(entry->d_name, CHECKPOINT_SUFFIX) != NULL;
	closedir(directory);
	return found;
}

static void a_renamed_log_is_written_as_before(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 3);
	rename_log(".1");
	play_rounds(&session, 3);
	fclose(fopen(scratch_log, "w"));
	play_rounds(&session, 3);
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 3);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(lost_log(&accounting), 0);
	assert_int_equal(good_lines(".1", 1) + good_lines("", 1), records(&accounting));
}

static void delete_log(void)
{
	assert_int_equal(unlink(scratch_log), 0);
}

static void replace_log(void)
{
	fclose(fopen(scratch_file(".new"), "w"));
	assert_int_equal(rename(scratch_file(".new"), scratch_log), 0);
}

static void empty_log(void)
{
	assert_int_equal(truncate(scratch_log, 0), 0);
}

/*
 * After a deletion, a replacement or a truncation the log is a good one again, and every line is
 * counted, as written or as lost.
 */
static void what_is_lost_is_counted_and_the_log_goes_on(void **state)
{
	static void (*const ways[])(void) = {delete_log, replace_log, empty_log};

	(void)state;
	for (size_t way = 0; way < 3; way++) {
		struct session session;
		struct accounting accounting;
		__u64 lines;

		begin(&session, 0, 0);
		play_rounds(&session, 5);
		ways[way]();
		play_rounds(&session, 5);
		assert_true(has_checkpoint());
		assert_int_equal(end_run(&session, &accounting), 1);
		lines = good_lines("", 1);
		assert_in_range(lines, 40 * 3, 40 * 5);
		assert_int_equal(lines, lines_of(&accounting));
		assert_in_range(lost_log(&accounting), 40 * 3, 40 * 5);
		assert_int_equal(accounting.lost_output[SIFTR_IN], 0);
		assert_int_equal(accounting.lost_output[SIFTR_OUT], 0);
		assert_false(has_checkpoint());
		assert_int_equal(unlink(scratch_log), 0);
	}
}

static void a_signal_for_another_file_finds_the_loss_as_well(void **state)
{
	static void (*const ways[])(void) = {delete_log, replace_log, empty_log};

	(void)state;
	for (size_t way = 0; way < 3; way++) {
		struct session session;
		struct accounting accounting;

		begin(&session, 0, 0);
		play_rounds(&session, 5);
		ways[way]();
		session__rotate(&session, session.last_ns);
		play_rounds(&session, 5);
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_int_equal(good_lines("", 1), lines_of(&accounting));
		assert_in_range(lost_log(&accounting), 40 * 3, 40 * 5);
		assert_int_equal(unlink(scratch_log), 0);
	}
}

/* The part before the cut is like the log of a killed run; what follows starts on a new line. */
static void a_log_cut_in_the_middle_continues_after_the_rest(void **state)
{
	struct session session;
	struct accounting accounting;
	struct findings_of_log found;
	struct stat status;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 5);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_int_equal(truncate(scratch_log, status.st_size / 2), 0);
	play_rounds(&session, 5);
	assert_int_equal(end_run(&session, &accounting), 1);
	found = check_log(scratch_log);
	assert_int_equal(found.runs, 2);
	assert_true(found.lines > lines_of(&accounting));
	assert_true(lost_log(&accounting) > 0);
}

static void a_directory_that_takes_no_other_file_is_tried_again(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 2);
	assert_int_equal(symlink("/etc/passwd", scratch_file(".link")), 0);
	assert_int_equal(rename(scratch_file(".link"), scratch_log), 0);
	play_rounds(&session, 50);
	assert_int_equal(unlink(scratch_log), 0);
	fake_ns += NSEC_PER_SEC;
	play_rounds(&session, 3);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
	assert_in_range(lost_log(&accounting), 40 * 30, 40 * 53);
}

static void a_log_deleted_at_the_end_is_no_clean_end(void **state)
{
	struct session session;
	struct accounting accounting;
	int status;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 5);
	drain_packets(&session, 0);
	delete_log();
	status = session__end(&session, clock__monotonic_ns());
	run_counts__read(&session.counts, &accounting);
	session__close(&session, &status);
	assert_int_equal(status, 1);
	assert_int_equal(lines_of(&accounting), 0);
	assert_int_equal(lost_log(&accounting), records(&accounting));
	assert_false(scratch_exists(""));
	assert_false(has_checkpoint());
}

#define LINE "i,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"

static void write_lines(struct writer *writer, int count)
{
	put_lines(writer, count, LINE);
	assert_int_equal(writer__flush(writer), 0);
}

/*
 * The log is truncated, and once more, between the check and the writes, so that the lines land in
 * an empty file without a header.
 */
static void lines_that_follow_a_truncation_are_taken_back(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	write_lines(writer, 10);
	assert_int_equal(writer__check_file(writer), OUTPUT_UNCHANGED);
	empty_log();
	write_lines(writer, 2);
	write_lines(writer, 1);
	empty_log();
	write_lines(writer, 1);
	write_lines(writer, 3);
	assert_int_equal(writer__check_file(writer), OUTPUT_SHORTENED);
	writer_switch__restart_file(writer);
	assert_int_equal(writer__check_file(writer), OUTPUT_UNCHANGED);
	put(writer, "header\n");
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, "header\n");
}

/* A file without a name is what Python's TemporaryFile() gives a command for its output. */
static void a_file_that_never_had_a_name_is_not_deleted(void **state)
{
	struct writer *writer;
	int fd = open(scratch_directory, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	(void)state;
	if (fd < 0)
		skip();
	writer = open_writer_on(fd);
	put_lines(writer, 10, LINE);
	assert_int_equal(writer__flush(writer), 0);
	assert_int_equal(writer__check_file(writer), OUTPUT_UNCHANGED);
	assert_int_equal(writer__close(writer), 0);
	close(fd);
}

/* A shell's `> LOG` on the file of stdout must not leave a hole in the file. */
static void a_redirected_log_that_is_emptied_goes_on_at_its_beginning(void **state)
{
	struct writer *writer;
	int fd = open(scratch_log, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	writer = open_writer_on(fd);
	close(fd);
	put_lines(writer, 10, LINE);
	assert_int_equal(writer__flush(writer), 0);
	empty_log();
	assert_int_equal(writer__check_file(writer), OUTPUT_SHORTENED);
	writer_switch__restart_file(writer);
	put(writer, "header\n");
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, "header\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_renamed_log_is_written_as_before),
		SCRATCH_TEST(what_is_lost_is_counted_and_the_log_goes_on),
		SCRATCH_TEST(a_signal_for_another_file_finds_the_loss_as_well),
		SCRATCH_TEST(a_log_cut_in_the_middle_continues_after_the_rest),
		SCRATCH_TEST(a_directory_that_takes_no_other_file_is_tried_again),
		SCRATCH_TEST(a_log_deleted_at_the_end_is_no_clean_end),
		SCRATCH_TEST(lines_that_follow_a_truncation_are_taken_back),
		SCRATCH_TEST(a_file_that_never_had_a_name_is_not_deleted),
		SCRATCH_TEST(a_redirected_log_that_is_emptied_goes_on_at_its_beginning),
	};

	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
