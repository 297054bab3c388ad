// SPDX-License-Identifier: BSD-2-Clause
/*
 * How far the clock of a time namespace is ahead, read from /proc, which may show only the
 * namespace of this process's children.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "capture/time_namespace.h"

#define DAY_NS 86400000000000LL

static char process[] = "/tmp/siftr-process-XXXXXX";

static const char *inside(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", process, name);
	return path;
}

static int make_process(void **state)
{
	(void)state;
	return !mkdtemp(process) || mkdir(inside("ns"), 0700);
}

static void remove_files(void)
{
	unlink(inside("ns/time"));
	unlink(inside("ns/time_for_children"));
	unlink(inside("timens_offsets"));
}

static int remove_process(void **state)
{
	(void)state;
	remove_files();
	return rmdir(inside("ns")) || rmdir(process);
}

/* Makes the files of /proc about time namespaces with these contents; NULL: no such file. */
static void describe(const char *own, const char *children, const char *offsets)
{
	FILE *file;

	remove_files();
	assert_true(!own || !symlink(own, inside("ns/time")));
	assert_true(!children || !symlink(children, inside("ns/time_for_children")));
	if (!offsets)
		return;
	file = fopen(inside("timens_offsets"), "w");
	assert_non_null(file);
	fputs(offsets, file);
	assert_int_equal(fclose(file), 0);
}

static __s64 measured(void)
{
	__s64 ahead_ns = 0;

	assert_int_equal(time_namespace__measure_ahead(process, &ahead_ns), 0);
	return ahead_ns;
}

static void an_own_namespace_shifts_by_its_offset(void **state)
{
	(void)state;
	describe("time:[4026532000]", "time:[4026532000]",
		 "monotonic       86400         5\nboottime         7200         0\n");
	assert_int_equal(measured(), DAY_NS + 5);
	describe("time:[4026532000]", "time:[4026532000]",
		 "monotonic          -2 500000000\nboottime            0         0\n");
	assert_int_equal(measured(), -1500000000);
}

static void the_initial_namespace_does_not_shift(void **state)
{
	(void)state;
	describe("time:[4026531834]", "time:[4026531834]",
		 "monotonic           0         0\nboottime            0         0\n");
	assert_int_equal(measured(), 0);
}

/*
 * If the children have another time namespace, the offsets in /proc are theirs. A BPF program then
 * measures the offset of this process, which may be forbidden here.
 */
static void the_childrens_namespace_says_nothing_of_this_process(void **state)
{
	__s64 ahead_ns = 0;
	int err;

	(void)state;
	describe("time:[4026531834]", "time:[4026532000]",
		 "monotonic       86400         0\nboottime            0         0\n");
	err = time_namespace__measure_ahead(process, &ahead_ns);
	assert_true(err < 0 || ahead_ns != DAY_NS);
	describe(NULL, NULL, "monotonic       86400         0\n");
	err = time_namespace__measure_ahead(process, &ahead_ns);
	assert_true(err < 0 || ahead_ns != DAY_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_own_namespace_shifts_by_its_offset),
		cmocka_unit_test(the_initial_namespace_does_not_shift),
		cmocka_unit_test(the_childrens_namespace_says_nothing_of_this_process),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("time_namespace", tests, make_process, remove_process);
}
