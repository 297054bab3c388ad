// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf fields` is an aligned table of what --fields takes and the kernel members it comes
 * from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <linux/types.h>

#include <siftr/array_size.h>

#include "commands/commands.h"

static const char *const names[] = {
#define COLUMN(name, ...) #name,
#include "format/row_columns.def"
#undef COLUMN
	"flowid",
	"flowtype",
#define GROUP_FIELD(group, name, type, unit, known, read, lacking, help)		#name,
#define GROUP_TEXT(group, name, known, read, lacking, help)				#name,
#define GROUP_PRIVATE(group, name, type, unit, cc, struct, member, none, lacking, help) #name,
#include <siftr/group_fields.def>
};

#define NR_NAMES ARRAY_SIZE(names)

static char printed[65536];
static char *lines[NR_NAMES + 2];
static size_t nr_lines;

static int print_fields(void **state)
{
	int saved = dup(STDOUT_FILENO), status;
	FILE *caught = tmpfile();
	const struct options options = {.command = COMMAND_FIELDS};
	size_t bytes;

	(void)state;
	fflush(stdout);
	dup2(fileno(caught), STDOUT_FILENO);
	status = command_fields(&options);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(caught);
	bytes = fread(printed, 1, sizeof(printed) - 1, caught);
	fclose(caught);
	for (char *line = strtok(printed, "\n"); line && nr_lines < NR_NAMES + 2;
	     line = strtok(NULL, "\n"))
		lines[nr_lines++] = line;
	return status || !bytes;
}

static void each_field_has_its_line(void **state)
{
	(void)state;
	assert_int_equal(nr_lines, NR_NAMES + 1);
	for (size_t i = 0; i < NR_NAMES; i++) {
		assert_memory_equal(lines[i + 1], names[i], strlen(names[i]));
		assert_int_equal(lines[i + 1][strlen(names[i])], ' ');
	}
}

static void columns_are_aligned(void **state)
{
	static const char *const titles[] = {"GROUP",	      "TYPE",	      "UNIT",
					     "KERNEL MEMBER", "NOT IN LINUX", "MEANING"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++) {
		size_t at = (size_t)(strstr(lines[0], titles[i]) - lines[0]);

		for (size_t line = 1; line < nr_lines; line++) {
			assert_memory_equal(lines[line] + at - 2, "  ", 2);
			assert_int_not_equal(lines[line][at], ' ');
		}
	}
}

/*
 * The table names members of kernel structures. It does not show macros and helpers of the BPF
 * programs. The number and type of a flow come from no member, nor does what a recorder or a
 * sampler says.
 */
static void members_are_named_as_the_kernel_does(void **state)
{
	size_t at = (size_t)(strstr(lines[0], "KERNEL MEMBER") - lines[0]);

	(void)state;
	for (size_t line = 1; line < nr_lines; line++) {
		const char *member = lines[line] + at;
		size_t bytes = (size_t)(strstr(member, "  ") - member);

		if (strncmp(member, "TCP_SKB_CB(skb)", 15) == 0 ||
		    strncmp(member, "skb_shinfo(skb)", 15) == 0)
			continue;
		if (strncmp(lines[line], "flow", 4) == 0 ||
		    strncmp(lines[line], "episode ", 8) == 0 ||
		    strncmp(lines[line], "trigger ", 8) == 0 ||
		    strncmp(lines[line], "weight ", 7) == 0 ||
		    strncmp(lines[line], "ppl ", 4) == 0) {
			assert_memory_equal(member, "-", bytes);
			continue;
		}
		assert_null(memchr(member, '(', bytes));
		assert_null(memchr(member, '&', bytes));
		assert_null(memmem(member, bytes, ">>", 2));
		assert_non_null(memmem(member, bytes, "->", 2));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_has_its_line),
		cmocka_unit_test(columns_are_aligned),
		cmocka_unit_test(members_are_named_as_the_kernel_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, print_fields, NULL);
}
