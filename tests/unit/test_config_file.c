// SPDX-License-Identifier: BSD-2-Clause
/* The configuration file: accepted options, precedence of the command line, position of errors. */
#include <limits.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/scratch.h"

static char shipped[PATH_MAX];

static int set_up(void **state)
{
	if (!realpath("systemd/siftr-bpf.conf", shipped))
		return -1;
	return enter_scratch(state);
}

static void write_conf(const char *text, size_t bytes)
{
	FILE *file = fopen("conf", "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
}

static void every_kind_of_option_is_taken(void **state)
{
	static const char text[] = "# a comment = not an option\n"
				   "\n"
				   "output = /var/log/a b.log  \n"
				   "port=80\n"
				   "\t ppl =\t10 \r\n"
				   "duration = 1.5\n"
				   "ring-size = 64K\n"
				   "max-size = 1G\n"
				   "rotate = 7\n"
				   "strict = yes\n"
				   "verbose = no";
	struct options options;

	(void)state;
	write_conf(text, strlen(text));
	assert_int_equal(parse("--config conf", &options), 0);
	assert_string_equal(options.output, "/var/log/a b.log");
	assert_string_equal(options.filter.of[0].text, "80");
	assert_int_equal(options.ppl, 10);
	assert_true(options.ppl_given);
	assert_int_equal(options.duration_ms, 1500);
	assert_int_equal(options.ring_bytes, 65536);
	assert_int_equal(options.max_bytes, 1 << 30);
	assert_int_equal(options.rotate, 7);
	assert_true(options.strict);
	assert_false(options.verbose);
}

static void the_command_line_overrules_the_file(void **state)
{
	static const char text[] = "port = 80\nppl = 10\noutput = a.log\n";
	struct options options;

	(void)state;
	write_conf(text, strlen(text));
	assert_int_equal(parse("--port 443 --config conf -o b.log", &options), 0);
	assert_int_equal(options.filter.count, 1);
	assert_string_equal(options.filter.of[0].text, "443");
	assert_int_equal(parse("--lport 443 --config conf", &options), 0);
	assert_int_equal(options.filter.count, 2);
	write_conf("port = 80\nport = 81\n", 20);
	assert_int_equal(parse("--config conf", &options), 0);
	assert_int_equal(options.filter.count, 2);
	assert_string_equal(options.filter.of[1].text, "81");
	assert_int_equal(parse("--port 443 --config conf", &options), 0);
	assert_int_equal(options.filter.count, 1);
	write_conf(text, strlen(text));
	assert_int_equal(parse("--port 443 --config conf -o b.log", &options), 0);
	assert_int_equal(options.ppl, 10);
	assert_string_equal(options.output, "b.log");
}

static void an_empty_file_changes_nothing(void **state)
{
	struct options options;

	(void)state;
	write_conf("", 0);
	assert_int_equal(parse("--config conf", &options), 0);
	assert_int_equal(options.ppl, 1);
	assert_false(options.ppl_given);
}

static void errors_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text, *named;
	} bad[] = {
		{"port = 0\n", "conf:1: port takes ports from 1 to 65535 or ranges"},
		{"# x\n\nport = x\n", "conf:3: port takes"},
		{"host = 10.0.0.1\nhost = !example\n", "conf:2: host takes addresses such as"},
		{"ip = 4\nip = 5\n", "conf:2: ip takes 4 or 6, not '5'"},
		{"ppl = 2\nport 80\n", "conf:2: not of the form NAME = VALUE: 'port 80'"},
		{"strict\n", "conf:1: not of the form NAME = VALUE: 'strict'"},
		{"strict = 1\n", "conf:1: strict takes yes or no, not '1'"},
		{"strict =\n", "conf:1: strict takes yes or no, not ''"},
		{"output =\n", "conf:1: output takes a file name, not ''"},
		{"Port = 80\n", "conf:1: unknown option 'Port'"},
		{"--port = 80\n", "conf:1: unknown option '--port'"},
		{"= 80\n", "conf:1: unknown option ''"},
		{"[trace]\n", "conf:1: not of the form"},
		{"config = conf\n", "conf:1: an option of the command line only: 'config'"},
		{"help = yes\n", "conf:1: an option of the command line only: 'help'"},
		{"count = 80\nppl = 1\ncount = 81\n",
		 "conf:3: count was given in line 1 already, as '80': remove that line or this one, "
		 "'81'"},
		{"port = 80 # http\n",
		 "conf:1: a comment must be on a line of its own, not after a value: '80 # http'"},
		{"output = a.log # here\n", "conf:1: a comment must be on a line of its own"},
		{"strict =#yes\n", "conf:1: a comment must be on a line of its own"},
		{"# \xff\nport = \033[31m\n", "conf:2: a control character in 'port = \\x1b[31m'"},
		{"output = b\xfc.log\n", "conf:1: not UTF-8: 'output = b\\xfc.log'"},
		{"\xef\xbb\xbfport = 80\n", "conf:1: a byte order mark: save the file as UTF-8"},
		{"\xff\xfep", "conf:1: UTF-16: save the file as UTF-8"},
		{"quiet = yes\nverbose = yes\n", "-q and -v exclude each other"},
		{"rotate = 3\n", "--rotate needs --max-size"},
	};
	struct options options;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		write_conf(bad[i].text, strlen(bad[i].text));
		assert_true(parse("--config conf", &options) < 0);
		if (!strstr(captured_stderr, bad[i].named))
			fail_msg("'%s' was answered with: %s", bad[i].text, captured_stderr);
	}
}

static void what_the_command_line_overrules_is_checked_as_well(void **state)
{
	struct options options;

	(void)state;
	write_conf("port = x\n", 9);
	assert_true(parse("--config conf --port 80", &options) < 0);
	assert_non_null(strstr(captured_stderr, "conf:1: port takes"));
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
	static char large[65537];
	struct options options;

	(void)state;
	assert_true(parse("--config missing", &options) < 0);
	assert_non_null(strstr(captured_stderr, "missing: No such file"));
	assert_true(parse("--config .", &options) < 0);
	assert_non_null(strstr(captured_stderr, ".: Is a directory"));
	memset(large, '\n', sizeof(large));
	write_conf(large, sizeof(large) - 1);
	assert_int_equal(parse("--config conf", &options), 0);
	write_conf(large, sizeof(large));
	assert_true(parse("--config conf", &options) < 0);
	assert_non_null(strstr(captured_stderr, "conf: File too large"));
	write_conf("ppl = 2\nport = 80\0\n", 19);
	assert_true(parse("--config conf", &options) < 0);
	assert_non_null(strstr(captured_stderr, "conf:2: a NUL byte"));
}

static void all_errors_are_reported_at_once(void **state)
{
	static const char text[] = "port = x\nppl = 2\nnonsense\nPPL = 3\n";
	struct options options;

	(void)state;
	write_conf(text, strlen(text));
	for (int i = 0; i < 2; i++) {
		assert_true(parse(i ? "--config conf" : "--test-config --config conf", &options) <
			    0);
		assert_non_null(strstr(captured_stderr, "conf:1: port takes"));
		assert_non_null(strstr(captured_stderr, "conf:3: not of the form"));
		assert_non_null(strstr(captured_stderr, "conf:4: unknown option 'PPL'"));
	}
}

static void a_file_is_tested_without_tracing(void **state)
{
	struct options options;

	(void)state;
	write_conf("port = 80\n", 10);
	assert_int_equal(parse("--test-config --config conf", &options), 0);
	assert_int_equal(options.command, COMMAND_TEST_CONFIG);
	assert_string_equal(options.filter.of[0].text, "80");
	write_conf("rotate = 3\n", 11);
	assert_true(parse("--test-config --config conf", &options) < 0);
	write_conf("test-config = yes\n", 18);
	assert_true(parse("--config conf", &options) < 0);
	assert_non_null(strstr(captured_stderr, "conf:1: an option of the command line only"));
}

static void quiet_and_verbose_overrule_each_other(void **state)
{
	struct options options;

	(void)state;
	write_conf("quiet = yes\n", 12);
	assert_int_equal(parse("--config conf -v", &options), 0);
	assert_true(options.verbose && !options.quiet);
	assert_int_equal(parse("--config conf", &options), 0);
	assert_true(options.quiet);
	write_conf("verbose = yes\nquiet = no\n", 25);
	assert_int_equal(parse("-q --config conf", &options), 0);
	assert_true(options.quiet && !options.verbose);
	assert_int_equal(parse("--config conf", &options), 0);
	assert_true(options.verbose);
}

static void repair_takes_the_log_of_the_file(void **state)
{
	static const char text[] = "output = a.log\nport = 80\n";
	struct options options;

	(void)state;
	write_conf(text, strlen(text));
	assert_int_equal(parse("repair --config conf", &options), 0);
	assert_int_equal(options.nr_files, 1);
	assert_string_equal(options.files[0], "a.log");
	assert_int_equal(parse("repair --config conf b.log", &options), 0);
	assert_int_equal(options.nr_files, 1);
	assert_string_equal(options.files[0], "b.log");
	write_conf("port = 80\n", 10);
	assert_true(parse("repair --config conf", &options) < 0);
	assert_non_null(strstr(captured_stderr, "conf names no output"));
}

/*
 * The file is accepted with all its examples enabled. Examples are the lines that a '#' without a
 * blank after it comments out.
 */
static void the_shipped_file_is_good(void **state)
{
	FILE *from = fopen(shipped, "r"), *to = fopen("conf", "w");
	struct options options;
	char line[256];
	int examples = 0;

	(void)state;
	assert_non_null(from);
	assert_non_null(to);
	while (fgets(line, sizeof(line), from)) {
		int is_example = line[0] == '#' && line[1] != ' ' && line[1] != '\n';

		fputs(line + is_example, to);
		examples += is_example;
	}
	fclose(from);
	fclose(to);
	assert_true(examples > 1);
	assert_int_equal(parse("--config conf", &options), 0);
	assert_string_equal(options.output, "/var/log/siftr-bpf/siftr.log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_option_is_taken),
		cmocka_unit_test(the_command_line_overrules_the_file),
		cmocka_unit_test(an_empty_file_changes_nothing),
		cmocka_unit_test(errors_are_named_with_their_line),
		cmocka_unit_test(what_the_command_line_overrules_is_checked_as_well),
		cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
		cmocka_unit_test(all_errors_are_reported_at_once),
		cmocka_unit_test(a_file_is_tested_without_tracing),
		cmocka_unit_test(quiet_and_verbose_overrule_each_other),
		cmocka_unit_test(repair_takes_the_log_of_the_file),
		cmocka_unit_test(the_shipped_file_is_good),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("config_file", tests, set_up, leave_scratch);
}
