// SPDX-License-Identifier: BSD-2-Clause
/* Runs with --trigger in other formats: what of an accident they have, and how they mark it. */
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

		/* Formats without sent packets get none from the programs, so not this test's. */
		if (formats[format]->inbound_only)
			continue;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(tables_mark_episodes_and_what_began_them),
		FULL_DISK_TEST(every_format_has_the_lines_of_an_accident),
		FULL_DISK_TEST(no_line_of_siftr2_is_older_than_the_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
