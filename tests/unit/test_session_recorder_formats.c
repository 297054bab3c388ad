// SPDX-License-Identifier: BSD-2-Clause
/* Runs with --trigger in other formats: what of an accident they have, and how they mark it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/findings.h"
#include "../lib/recorded_session.h"

static void tables_mark_episodes_and_what_began_them(void **state)
{
	struct options options = recording_options;
	struct session session;
	struct accounting accounting;

	(void)state;
	options.format = FORMAT_csv;
	begin_recording(&session, &options);
	play_accident(&session, 20, 7);
	play_accident(&session, 20, 11);
	play_accident(&session, 20, 0);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_recorder_balanced(&accounting, 18, 2);
	assert_int_equal(count_text("", ",flowtype,episode,trigger\n"), 1);
	assert_int_equal(count_text("", ",191,1,\n"), 8);
	assert_int_equal(count_text("", ",191,1,recovery\n"), 1);
	assert_int_equal(count_text("", ",191,2,\n"), 8);
	assert_int_equal(count_text("", ",191,2,recovery\n"), 1);
	unlink(scratch_log);
	options.format = FORMAT_jsonl;
	options.fields = "episode";
	begin_recording(&session, &options);
	play_accident(&session, 20, 7);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(count_text("", "\"episode\":1}\n"), 6);
}

static void every_format_has_the_lines_of_an_accident(void **state)
{
	(void)state;
	for (__u32 format = 0; format < FORMATS; format++) {
		struct options options = recording_options;
		struct session session;
		struct accounting accounting;
		__u64 lines = 9;

		options.format = format;
		begin_recording(&session, &options);
		play_accident(&session, 20, 7);
		play_accident(&session, 20, 0);
		assert_int_equal(end_run(&session, &accounting), 0);
		assert_recorder_balanced(&accounting, lines, 1);
		unlink(scratch_log);
	}
}

static void no_line_of_siftr2_is_older_than_the_first(void **state)
{
	static const enum format_id both[] = {FORMAT_siftr2, FORMAT_siftr2_binary};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		struct options options = recording_options;
		struct session session;
		struct accounting accounting;
		size_t bytes;
		char *text;

		options.format = both[i];
		begin_recording(&session, &options);
		play_accident(&session, 20, 0);
		for (int packets = 0; packets < 10; packets++)
			send_to(&session, 7, false);
		send_to(&session, 7, true);
		/* Flow 11 follows at once: its history began before the first line. */
		send_to(&session, 11, true);
		play_accident(&session, 20, 0);
		assert_int_equal(end_run(&session, &accounting), 0);
		text = read_file(scratch_log, &bytes);
		judge_bytes(text, bytes, 0);
		assert_string_equal(findings.text, "");
		assert_int_equal(findings.result.lines, lines_of(&accounting));
		assert_true(accounting.recorder.refused[SIFTR_IN] +
				    accounting.recorder.refused[SIFTR_OUT] >
			    0);
		assert_recorder_balanced(&accounting, findings.result.lines, 2);
		free(text);
		unlink(scratch_log);
	}
}

/* The time that a line has, in milliseconds or microseconds; ~0: the line is no data line. */
static __u64 time_of(const char *line, enum format_id format)
{
	unsigned int ms, seconds, us;

	if (format == FORMAT_siftr2 && sscanf(line, "%*8[0-9a-f],%*1[io],%x,", &ms) == 1)
		return ms;
	if (format == FORMAT_tcp_probe && sscanf(line, "%u.%6u", &seconds, &us) == 2)
		return seconds * 1000000ULL + us;
	return ~0ULL;
}

/* Asserts that the lines of a file have different times, as all packets have. */
static void assert_times_differ(const char *suffix, enum format_id format)
{
	static __u64 times[4096];
	size_t bytes, count = 0;
	char *text = read_file(scratch_file(suffix), &bytes), *rest = text, *line;

	while ((line = strsep(&rest, "\n"))) {
		__u64 time = time_of(line, format);

		for (size_t i = 0; i < count && time != ~0ULL; i++)
			assert_int_not_equal(times[i], time);
		assert_true(count < ARRAY_SIZE(times));
		if (time != ~0ULL)
			times[count++] = time;
	}
	assert_true(count > 0);
	free(text);
}

static const enum format_id counting[] = {FORMAT_tcp_probe, FORMAT_siftr2};

/* Their lines have the time since the file began, which its history did not see. */
static void a_file_begins_with_the_history_that_it_goes_on_with(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counting); i++) {
		struct options options = recording_options;
		struct session session;
		struct accounting accounting;
		const char *suffix;
		int number;

		options.format = counting[i];
		options.max_bytes = 65536;
		options.rotate = 900;
		options.before = "3000";
		options.recorder_bytes = 32 << 20;
		begin_recording(&session, &options);
		play_accident(&session, 2000, 7);
		play_accident(&session, 20, 0);
		assert_int_equal(end_run(&session, &accounting), 0);
		assert_recorder_balanced(&accounting, 2000 + 3, 1);
		for (number = 0; (suffix = scratch_rotated(number)); number++) {
			assert_times_differ(suffix, counting[i]);
			unlink(scratch_file(suffix));
		}
		assert_true(number > 1);
	}
}

static void what_is_older_than_a_file_has_no_line_in_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counting); i++) {
		struct options options = recording_options;
		struct session session;
		struct accounting accounting;

		options.format = counting[i];
		begin_recording(&session, &options);
		play_accident(&session, 20, 7);
		play_accident(&session, 3, 0);
		rename_log(".1");
		session__rotate(&session, session.last_ns);
		play_accident(&session, 3, 11);
		play_accident(&session, 20, 0);
		assert_int_equal(end_run(&session, &accounting), 0);
		assert_times_differ(".1", counting[i]);
		assert_times_differ("", counting[i]);
		assert_recorder_balanced(&accounting, 5 + 1 + 3 + 2 + 1 + 3, 2);
		assert_int_equal(accounting.recorder.refused[SIFTR_IN] +
					 accounting.recorder.refused[SIFTR_OUT],
				 3);
		unlink(scratch_file(".1"));
		unlink(scratch_log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(tables_mark_episodes_and_what_began_them),
		FULL_DISK_TEST(every_format_has_the_lines_of_an_accident),
		FULL_DISK_TEST(no_line_of_siftr2_is_older_than_the_first),
		FULL_DISK_TEST(a_file_begins_with_the_history_that_it_goes_on_with),
		FULL_DISK_TEST(what_is_older_than_a_file_has_no_line_in_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
