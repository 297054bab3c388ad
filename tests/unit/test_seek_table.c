// SPDX-License-Identifier: BSD-2-Clause
/* `check` compares the seek table of a compressed log with the frames, `repair` writes it. */
#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/random_numbers.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

#define FRAMES	    4
#define ENTRY_BYTES 8
#define TABLE_BYTES (8 + FRAMES * ENTRY_BYTES + 9)

/* The bytes of a compressed log of four frames, with its seek table. */
static unsigned char file[4096];
static size_t file_bytes, table_at, frame_bytes[FRAMES];

static void put(__u32 value)
{
	for (int i = 0; i < 4; i++)
		file[file_bytes++] = (unsigned char)(value >> 8 * i);
}

static void make_file(size_t entry_bytes, unsigned char flags)
{
	static const char *const lines[FRAMES] = {HEADER, LINE_1, LINE_2 LINE_3, FOOTER};

	file_bytes = 0;
	for (int i = 0; i < FRAMES; i++) {
		frame_bytes[i] = ZSTD_compress(file + file_bytes, sizeof(file) - file_bytes,
					       lines[i], strlen(lines[i]), 1);
		assert_false(ZSTD_isError(frame_bytes[i]));
		file_bytes += frame_bytes[i];
	}
	table_at = file_bytes;
	put(0x184D2A5E);
	put((__u32)(FRAMES * entry_bytes + 9));
	for (int i = 0; i < FRAMES; i++) {
		put((__u32)frame_bytes[i]);
		put((__u32)strlen(lines[i]));
		if (entry_bytes > ENTRY_BYTES)
			put(0x01234567);
	}
	put(FRAMES);
	file[file_bytes++] = flags;
	put(0x8F92EAB1);
}

static int setup(void **state)
{
	make_file(ENTRY_BYTES, 0);
	return enter_scratch(state);
}

static void write_log(size_t bytes)
{
	int fd = open("a.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, bytes), bytes);
	assert_int_equal(close(fd), 0);
}

static void assert_log(size_t bytes)
{
	size_t got;
	char *text = read_file("a.log", &got);

	assert_int_equal(got, bytes);
	assert_memory_equal(text, file, bytes);
	free(text);
}

static void assert_check(int status, const char *message)
{
	assert_int_equal(run_command("check a.log"), status);
	if (*message)
		assert_non_null(strstr(captured_stderr, message));
	else
		assert_string_equal(captured_stderr, "");
}

static void a_right_table_is_good(void **state)
{
	(void)state;
	write_log(file_bytes);
	assert_check(0, "");
	assert_string_equal(captured_stdout, "a.log: zstd: 1 run, 3 lines, 2 flows: good\n");
	make_file(ENTRY_BYTES + 4, 0x80);
	write_log(file_bytes);
	assert_check(0, "");
}

/* Damages, each of one byte: its place in the table, what it becomes, and the message of check. */
static const struct {
	size_t at;
	unsigned char byte;
	const char *message;
} damages[] = {
	{TABLE_BYTES - 1, 0, "the seek table at the end of the file is malformed"},
	{TABLE_BYTES - 5, 4, "the seek table at the end of the file is malformed"},
	{TABLE_BYTES - 5, 0x80, "the seek table at the end of the file is malformed"},
	{TABLE_BYTES - 9, 3, "the seek table at the end of the file is malformed"},
	{8 + 2 * ENTRY_BYTES + 1, 1, "the seek table lists frame 3 with "},
	{8 + 3 * ENTRY_BYTES + 5, 9, "the seek table lists frame 4 with "},
};

static void a_damaged_table_is_named_and_repaired(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
		unsigned char *byte = &file[table_at + damages[i].at], right = *byte;

		*byte = damages[i].byte;
		write_log(file_bytes);
		*byte = right;
		assert_check(1, damages[i].message);
		assert_int_equal(repair("a.log"), 0);
		assert_log(file_bytes);
	}
}

static void a_table_of_other_frames_is_named_and_repaired(void **state)
{

	(void)state;
	memmove(file + frame_bytes[0] + frame_bytes[1], file + frame_bytes[0],
		file_bytes - frame_bytes[0]);
	file_bytes += frame_bytes[1];
	write_log(file_bytes);
	assert_check(1, "the seek table at the end of the file lists 4 frames, not 5");
	repair("a.log");
	assert_int_equal(run_command("check a.log"), 1);
	assert_null(strstr(captured_stderr, "seek table"));
}

static void a_missing_table_is_said_and_written(void **state)
{
	(void)state;
	write_log(table_at);
	assert_check(0, "a.log: 4 zstd frames and no seek table, as after a kill: siftr-bpf "
			"repair writes it");
	assert_int_equal(repair("a.log"), 0);
	assert_string_equal(captured_stdout, "a.log: seek table of 4 frames written\n");
	assert_log(file_bytes);
	assert_int_equal(repair("a.log"), 0);
	assert_string_equal(captured_stdout, "a.log: its frames are complete, nothing to repair\n");
	assert_log(file_bytes);
}

/*
 * Wherever a kill cuts the file, repair leaves complete frames with their table; if no frame is
 * complete, it leaves the file as it is.
 */
static void a_log_cut_anywhere_gets_its_table(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < file_bytes; cut += case_step(file_bytes, 100)) {
		int status;

		write_log(cut);
		status = repair("a.log");
		if (cut < frame_bytes[0]) {
			assert_int_equal(status, 4);
			assert_log(cut);
			continue;
		}
		assert_int_equal(status, cut >= table_at ? 0 : 1);
		assert_int_equal(run_command("check a.log"), status);
		assert_null(strstr(captured_stderr, "seek table"));
		assert_null(strstr(captured_stderr, "cut short"));
	}
}

static void a_copy_leaves_the_log_alone(void **state)
{
	size_t bytes;
	char *copy;

	(void)state;
	write_log(table_at + 3);
	assert_int_equal(run_command("repair -o b.log a.log"), 0);
	assert_log(table_at + 3);
	copy = read_file("b.log", &bytes);
	assert_int_equal(bytes, file_bytes);
	assert_memory_equal(copy, file, bytes);
	free(copy);
}

static void other_compressed_files_are_left_alone(void **state)
{
	static const char notes[] = "notes of somebody\n";

	(void)state;
	file_bytes = ZSTD_compress(file, sizeof(file), LOG, strlen(LOG), 3);
	write_log(file_bytes);
	assert_check(0, "");
	assert_int_equal(repair("a.log"), 0);
	assert_log(file_bytes);
	file_bytes = ZSTD_compress(file, sizeof(file), notes, strlen(notes), 3);
	file_bytes += ZSTD_compress(file + file_bytes, sizeof(file) - file_bytes, notes,
				    strlen(notes), 3);
	write_log(file_bytes);
	assert_int_equal(repair("a.log"), 4);
	assert_log(file_bytes);
}

#define TTPROBE_LINE   "o,5.000000,10.0.0.1,80,10.0.0.2,4000,0,1448,2000,14480,5,5,6,1,1,2,7\n"
#define TCP_PROBE_LINE "1.500000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n"

/* Appends a frame with `text` to `file`; one without its size, as zstd(1) makes of a pipe. */
static void add_frame(const char *text, int has_size)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, has_size);
	file_bytes += ZSTD_compress2(context, file + file_bytes, sizeof(file) - file_bytes, text,
				     strlen(text));
	ZSTD_freeCCtx(context);
}

static void write_frames(const char *first, const char *second, int have_sizes)
{
	file_bytes = 0;
	add_frame(first, have_sizes);
	add_frame(second, have_sizes);
	write_log(file_bytes);
}

static void frames_that_repair_refuses_are_not_said_to_lack_a_table(void **state)
{
	(void)state;
	write_frames(HEADER LINE_1, LINE_2 LINE_3 FOOTER, 0);
	assert_check(0, "");
	assert_int_equal(repair("a.log"), 4);
	assert_non_null(strstr(captured_stderr, ": first use zstdcat a.log >LOG\n"));
	assert_log(file_bytes);
	write_frames(TTPROBE_LINE, TTPROBE_LINE, 0);
	assert_int_equal(repair("a.log"), 4);
	assert_non_null(strstr(captured_stderr, "a.log is a log of ttprobe: only logs of SIFTR "));
}

/* Their tables are written as well, although check does not read them. */
static void logs_without_a_header_get_their_table(void **state)
{
	static const char *const lines[] = {TTPROBE_LINE, TCP_PROBE_LINE,
					    "time,direction,laddr\n1,i,::1\n",
					    "{\"time\":1,\"direction\":\"i\",\"laddr\":\"::1\"}\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		write_frames(lines[i], lines[i], 1);
		if (repair("a.log"))
			fail_msg("repair of %s says %s", lines[i], captured_stderr);
		assert_string_equal(captured_stdout, "a.log: seek table of 2 frames written\n");
	}
}

static void only_a_log_that_repair_takes_is_said_to_be_repaired_as_text(void **state)
{
	(void)state;
	write_frames(HEADER, LINE_1, 1);
	assert_int_equal(repair("a.log"), 1);
	assert_string_equal(
		captured_stderr,
		"siftr-bpf: a.log: 1 defect left, such as a missing footer: use zstdcat "
		"a.log >LOG and repair that, see siftr-bpf check\n");
	write_frames(SIFTR2_HEADER, SIFTR2_LINE_1, 1);
	assert_int_equal(repair("a.log"), 1);
	assert_non_null(strstr(captured_stderr, " left, such as a missing footer, which cannot be "
						"repaired: see siftr-bpf check\n"));
	assert_null(strstr(captured_stderr, "zstdcat"));
}

#define SEEK_TABLE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SEEK_TABLE_TEST(a_right_table_is_good),
		SEEK_TABLE_TEST(a_damaged_table_is_named_and_repaired),
		SEEK_TABLE_TEST(a_table_of_other_frames_is_named_and_repaired),
		SEEK_TABLE_TEST(a_missing_table_is_said_and_written),
		SEEK_TABLE_TEST(a_log_cut_anywhere_gets_its_table),
		SEEK_TABLE_TEST(a_copy_leaves_the_log_alone),
		SEEK_TABLE_TEST(other_compressed_files_are_left_alone),
		SEEK_TABLE_TEST(frames_that_repair_refuses_are_not_said_to_lack_a_table),
		SEEK_TABLE_TEST(logs_without_a_header_get_their_table),
		SEEK_TABLE_TEST(only_a_log_that_repair_takes_is_said_to_be_repaired_as_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
