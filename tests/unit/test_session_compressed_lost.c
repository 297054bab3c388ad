// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a kill, a full disk or a failing one takes from a compressed log: a frame at most, and never
 * more lines than are counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include "../lib/compressed_run.h"

/* Returns the offset at which the last complete frame in the first `bytes` of a file ends. */
static size_t end_of_frames(const char *file, size_t bytes)
{
	size_t end = 0, length;

	while (end < bytes) {
		length = ZSTD_findFrameCompressedSize(file + end, bytes - end);
		if (ZSTD_isError(length))
			break;
		end += length;
	}
	return end;
}

static void a_log_cut_anywhere_keeps_its_other_frames_and_is_appended_to(void **state)
{
	size_t bytes;
	__u64 lines = run_compressed(FORMAT_csv, 300), kept, more;
	char *file = read_file(scratch_log, &bytes);

	(void)state;
	for (size_t cut = 1; cut < bytes; cut += bytes / 60) {
		int fd = open(scratch_log, O_WRONLY | O_TRUNC);

		assert_int_equal(write(fd, file, cut), cut);
		close(fd);
		more = run_compressed(FORMAT_csv, 1);
		kept = lines_of_frames(scratch_log) - more - 1;
		/* The frames that were complete are still there, byte for byte. */
		if (kept) {
			size_t end = end_of_frames(file, cut), now;
			char *appended = read_file(scratch_log, &now);

			assert_true(now > end);
			assert_memory_equal(appended, file, end);
			free(appended);
		}
		assert_true(kept <= lines);
	}
	free(file);
}

static void check_names_a_log_that_was_cut(void **state)
{
	struct findings_of_log found;
	size_t bytes, end;
	__u64 lines = run_compressed(FORMAT_siftr, 300);
	char *file = read_file(scratch_log, &bytes);

	(void)state;
	assert_int_equal(truncate(scratch_log, (off_t)(bytes / 2)), 0);
	found = check_log(scratch_log);
	assert_true(found.defects >= 1);
	assert_true(found.lines > 0 && found.lines < lines);
	/* A killed run can end between two frames: only its footer is missing. */
	end = end_of_frames(file, bytes / 2);
	assert_int_equal(truncate(scratch_log, (off_t)end), 0);
	found = check_log(scratch_log);
	assert_int_equal(found.defects, 1);
	free(file);
}

static void lines_lost_on_a_full_disk_are_counted_and_the_log_stays_good(void **state)
{
	struct session session;
	struct accounting accounting;
	const struct options options = {.output = scratch_log, .zstd = true};
	__u64 in_file;

	(void)state;
	memset(&faults, 0, sizeof(faults));
	disk.on = true;
	disk.free_bytes = 300 * 1024;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 1500);
	assert_int_equal(end_run(&session, &accounting), 1);
	in_file = good_lines("", 1);
	assert_int_equal(in_file, lines_of(&accounting));
	assert_true(lost_lines_of(&accounting) > 0);
	assert_int_equal(lines_of_frames(scratch_log), in_file + 2);
}

static void a_frame_that_cannot_be_completed_is_removed(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 in_file;

	(void)state;
	for (int at = 1; at <= 3; at++) {
		assert_int_equal(begin_compressed(&session, FORMAT_siftr), 0);
		play_rounds(&session, 150);
		faults.of = CALL_WRITE;
		faults.first = at;
		faults.last = at + 1;
		faults.error = EIO;
		faults.short_first = true;
		faults.on = true;
		play_rounds(&session, 600);
		assert_int_equal(faults.happened, 2);
		faults.on = false;
		assert_int_equal(end_run(&session, &accounting), 1);
		in_file = good_lines("", 1);
		assert_int_equal(in_file, lines_of(&accounting));
		assert_true(lost_lines_of(&accounting) > 0);
		assert_int_equal(lines_of_frames(scratch_log), in_file + 2);
		unlink(scratch_log);
	}
}

static void a_log_emptied_by_somebody_goes_on_behind_its_frames(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 in_file;

	(void)state;
	assert_int_equal(begin_compressed(&session, FORMAT_siftr), 0);
	play_rounds(&session, 150);
	assert_int_equal(truncate(scratch_log, 0), 0);
	play_rounds(&session, 150);
	assert_int_equal(end_run(&session, &accounting), 1);
	in_file = good_lines("", 1);
	assert_int_equal(lines_of_frames(scratch_log), in_file + 2);
	assert_int_equal(in_file, lines_of(&accounting));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_log_cut_anywhere_keeps_its_other_frames_and_is_appended_to),
		FULL_DISK_TEST(check_names_a_log_that_was_cut),
		FULL_DISK_TEST(lines_lost_on_a_full_disk_are_counted_and_the_log_stays_good),
		FULL_DISK_TEST(a_frame_that_cannot_be_completed_is_removed),
		FULL_DISK_TEST(a_log_emptied_by_somebody_goes_on_behind_its_frames),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
