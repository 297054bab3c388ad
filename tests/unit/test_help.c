// SPDX-License-Identifier: BSD-2-Clause
/* --help, of the program and of each command, and the words after a command. */
#include <siftr/array_size.h>

#include "options/command_table.h"
#include "options/help.h"
#include "options/option_table.h"

#include "../lib/command_line.h"
#include "../lib/test.h"

static void help_has_every_option_its_range_and_default(void **state)
{
	static const char *const parts[] = {
		"-o, --output FILE ",	"    --port PORTS ",	     "64K..16T",
		"4K..4G (default 16M)", "1..4294967295 (default 1)", "-q, --quiet ",
		"siftr-bpf check ",
	};
	char text[8192] = "";
	FILE *help = fmemopen(text, sizeof(text), "w");

	(void)state;
	help__print(help);
	fclose(help);
	for (const struct option_row *row = option_table; row->name; row++)
		assert_non_null(strstr(text, row->name));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		assert_non_null(strstr(text, parts[i]));
}

static void help_of_a_command_has_its_options_only(void **state)
{
	struct options options;

	(void)state;
	for (const struct command_row *command = command_table; command->name; command++) {
		char line[64], text[8192] = "";
		FILE *help = fmemopen(text, sizeof(text), "w");

		snprintf(line, sizeof(line), "%s --help", command->name);
		assert_int_equal(parse(line, &options), 0);
		assert_int_equal(options.command, COMMAND_HELP);
		assert_string_equal(options.help_command, command->name);
		help__print_command(help, command->name);
		fclose(help);
		assert_non_null(strstr(text, command->synopsis));
		assert_non_null(strstr(text, "Exit status: 0 "));
		for (const struct option_row *row = option_table; row->name; row++) {
			snprintf(line, sizeof(line), "    --%s ", row->name);
			if (!row->letter &&
			    !(row->commands & COMMAND_BIT(command->command)) != !strstr(text, line))
				fail_msg("--%s in the help of %s:\n%s", row->name, command->name,
					 text);
		}
	}
	assert_int_equal(parse("--help", &options), 0);
	assert_null(options.help_command);
	assert_parse_refused("flouws --help", "unknown command", "'flouws'");
}

/* Read twice, it would be empty the second time. */
static void standard_input_is_taken_once(void **state)
{
	static const char *const commands[] = {"check",	 "flows",	    "why", "diff", "plot",
					       "report", "convert --to csv"};
	char line[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		snprintf(line, sizeof(line), "%s - a.log -", commands[i]);
		assert_parse_refused(line, "- is standard input", "once");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_has_every_option_its_range_and_default),
		cmocka_unit_test(help_of_a_command_has_its_options_only),
		cmocka_unit_test(standard_input_is_taken_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
