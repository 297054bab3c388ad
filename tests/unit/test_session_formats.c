// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs in formats other than the default: what they append to, how a file of theirs begins after a
 * rotation or a kill, and that their lost lines are counted.
 */
#include <fcntl.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "output/lines.h"

#include "../lib/full_disk_run.h"

#define JSON_BEGINNING "{\"time\":"

static const enum format_id others[] = {FORMAT_siftr_1_2, FORMAT_csv, FORMAT_jsonl};

/* Logs `rounds` rounds; returns the number of lines. */
static __u64 run_format(enum format_id format, int rounds)
{
	struct session session;
	struct accounting accounting;

	assert_int_equal(begin_format(&session, format), 0);
	play_rounds(&session, rounds);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	return lines_of(&accounting);
}

static void runs_of_a_table_share_one_row_of_names(void **state)
{
	__u64 lines;
	char *text;

	(void)state;
	lines = run_format(FORMAT_csv, 2);
	lines += run_format(FORMAT_csv, 3);
	text = read_file(scratch_log, NULL);
	assert_int_equal(strncmp(text, format_csv.begins, strlen(format_csv.begins)), 0);
	assert_int_equal(count_in(scratch_log, "time,"), 1);
	assert_int_equal(count_in(scratch_log, "\n"), lines + 1);
	free(text);
}

static void runs_of_json_lines_follow_each_other(void **state)
{
	__u64 lines;

	(void)state;
	lines = run_format(FORMAT_jsonl, 2);
	lines += run_format(FORMAT_jsonl, 3);
	assert_int_equal(count_in(scratch_log, "\n" JSON_BEGINNING), lines - 1);
	assert_int_equal(count_in(scratch_log, "}\n"), lines);
}

static void runs_of_siftr_1_2_have_a_header_and_a_footer_each(void **state)
{
	__u64 lines;

	(void)state;
	lines = run_format(FORMAT_siftr_1_2, 2);
	lines += run_format(FORMAT_siftr_1_2, 3);
	assert_int_equal(count_in(scratch_log, "\tsiftrver=1.2.4\thz=1000\ttcp_rtt_scale=32\t"), 2);
	assert_int_equal(count_in(scratch_log, "\tnum_inbound_skipped_pkts_mtx=0\t"), 2);
	assert_int_equal(count_in(scratch_log, "\n"), lines + 4);
}

static void every_file_after_a_rotation_begins_as_its_format_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct session session;
		struct accounting accounting;
		__u64 lines;

		assert_int_equal(begin_format(&session, others[i]), 0);
		play_rounds(&session, 2);
		rename_log(".1");
		session__rotate(&session, session.last_ns);
		play_rounds(&session, 2);
		/* Nobody has renamed the log since: the run goes on in the same file. */
		session__rotate(&session, session.last_ns);
		play_rounds(&session, 2);
		assert_int_equal(end_run(&session, &accounting), 0);
		lines = count_in(scratch_file(".1"), ",191") + count_in(scratch_log, ",191");
		lines += count_in(scratch_file(".1"), ":191}") + count_in(scratch_log, ":191}");
		assert_int_equal(lines, lines_of(&accounting));
		if (others[i] == FORMAT_csv) {
			assert_int_equal(count_in(scratch_log, "time,"), 1);
			assert_int_equal(count_in(scratch_file(".1"), "time,"), 1);
		}
		if (others[i] == FORMAT_siftr_1_2) {
			assert_int_equal(count_in(scratch_log, "\tflow_list="), 2);
			assert_int_equal(count_in(scratch_file(".1"), "\tflow_list="), 1);
		}
		unlink(scratch_file(".1"));
		unlink(scratch_log);
	}
}

static void part_of_a_row_that_a_killed_run_left_is_removed(void **state)
{
	static const char rest[] = "1700000000.00";
	int fd;

	(void)state;
	for (int i = 0; i < 2; i++) {
		enum format_id format = i ? FORMAT_jsonl : FORMAT_csv;
		__u64 lines = run_format(format, 2), whole = i ? 0 : 1;

		fd = open(scratch_log, O_WRONLY | O_APPEND);
		assert_int_equal(write(fd, rest, sizeof(rest) - 1), sizeof(rest) - 1);
		close(fd);
		lines += run_format(format, 2);
		assert_int_equal(count_in(scratch_log, "\n"), lines + whole);
		assert_int_equal(count_in(scratch_log, ",191\n") + count_in(scratch_log, ":191}\n"),
				 lines);
		unlink(scratch_log);
	}
}

static void part_of_the_row_of_names_is_written_anew(void **state)
{
	(void)state;
	write_file(scratch_log, "time,direc");
	run_format(FORMAT_csv, 1);
	assert_int_equal(count_in(scratch_log, "time,direction,laddr,"), 1);
	assert_int_equal(count_in(scratch_log, "time,"), 1);
}

static void a_log_of_one_format_is_not_appended_to_another(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 refused = 0;

	(void)state;
	for (int of = 0; of < FORMATS; of++) {
		assert_int_equal(begin_format(&session, of), 0);
		play_rounds(&session, 1);
		assert_int_equal(end_run(&session, &accounting), 0);
		for (int to = 0; to < FORMATS; to++) {
			int status = 0, begun = begin_format(&session, to);

			assert_int_equal(begun,
					 to == of && !formats[to]->one_run ? 0 : EXIT_OUTPUT);
			refused += begun != 0;
			if (begun)
				session__close(&session, &status);
			else
				assert_int_equal(end_run(&session, &accounting), 0);
		}
		unlink(scratch_log);
	}
	assert_int_equal(times_reported("name another file, or move it away"), refused);
}

static void only_what_repair_can_complete_has_a_checkpoint(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	for (int format = 0; format < FORMATS; format++) {
		assert_int_equal(begin_format(&session, format), 0);
		play_rounds(&session, 1);
		assert_int_equal(has_checkpoint(), format == FORMAT_siftr);
		assert_int_equal(end_run(&session, &accounting), 0);
		unlink(scratch_log);
	}
}

static void lines_that_a_failing_disk_loses_are_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct session session;
		struct accounting accounting;

		assert_int_equal(begin_format(&session, others[i]), 0);
		play_rounds(&session, 3);
		play_on_failing_disk(&session);
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_true(accounting.lost_output[SIFTR_IN] > 10);
		assert_true(accounting.lost_output[SIFTR_OUT] > 10);
		assert_int_equal(accounting__unexplained(&accounting), 0);
		assert_int_equal(count_in(scratch_log, ",191\n") + count_in(scratch_log, ":191}\n"),
				 lines_of(&accounting));
		unlink(scratch_log);
	}
}

/* The writer has nothing but the text when it has to count lines that it cannot write. */
static void the_direction_of_a_packet_is_found_in_its_line(void **state)
{
	(void)state;
	for (int format = 0; format < FORMATS; format++) {
		__u64 counts[SIFTR_DIRECTIONS] = {0, 0};
		struct session session;
		struct accounting accounting;
		char *text;

		/* The file of a format that is not text has no lines in which to find it. */
		if (formats[format]->encode)
			continue;
		assert_int_equal(begin_format(&session, format), 0);
		play_rounds(&session, 2);
		assert_int_equal(end_run(&session, &accounting), 0);
		text = read_file(scratch_log, NULL);
		for (char *line = text; *line; line += lines__first(line, strlen(line)))
			lines__count(lines__direction(formats[format], line,
						      lines__first(line, strlen(line))),
				     counts);
		/*
		 * This run has records of sent packets, which the BPF programs do not send if
		 * the format has no lines for them. They are counted as lines and not written.
		 */
		if (formats[format]->inbound_only)
			counts[SIFTR_OUT] = accounting.lines[SIFTR_OUT];
		assert_memory_equal(counts, accounting.lines, sizeof(counts));
		assert_true(counts[SIFTR_IN] && counts[SIFTR_OUT]);
		free(text);
		unlink(scratch_log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(runs_of_a_table_share_one_row_of_names),
		FULL_DISK_TEST(runs_of_json_lines_follow_each_other),
		FULL_DISK_TEST(runs_of_siftr_1_2_have_a_header_and_a_footer_each),
		FULL_DISK_TEST(every_file_after_a_rotation_begins_as_its_format_does),
		FULL_DISK_TEST(part_of_a_row_that_a_killed_run_left_is_removed),
		FULL_DISK_TEST(part_of_the_row_of_names_is_written_anew),
		FULL_DISK_TEST(a_log_of_one_format_is_not_appended_to_another),
		FULL_DISK_TEST(only_what_repair_can_complete_has_a_checkpoint),
		FULL_DISK_TEST(the_direction_of_a_packet_is_found_in_its_line),
		FULL_DISK_TEST(lines_that_a_failing_disk_loses_are_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
