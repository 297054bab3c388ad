// SPDX-License-Identifier: BSD-2-Clause
/* Missing capabilities are reported by name, and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <sys/capability.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <siftr/array_size.h>

#include "capture/load_errors.h"
#include "capture/transient_error.h"

#define CANNOT 99 /* be tried */

static char message[2048];

/* With no capability but `kept`, 0 or more of them. */
static int check_with(const cap_value_t *kept, int nr_kept)
{
	cap_t sets = cap_init();

	if (!sets)
		return CANNOT;
	if (nr_kept && (cap_set_flag(sets, CAP_PERMITTED, nr_kept, kept, CAP_SET) ||
			cap_set_flag(sets, CAP_EFFECTIVE, nr_kept, kept, CAP_SET)))
		return CANNOT;
	if (cap_set_proc(sets))
		return CANNOT;
	cap_free(sets);
	return load_errors__check() == -EPERM ? 3 : 0;
}

/* The exit code of a child that checks; its message is in `message`. */
static int end_with(const cap_value_t *kept, int nr_kept)
{
	int ends[2], status;
	size_t bytes = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		_exit(check_with(kept, nr_kept));
	}
	close(ends[1]);
	while ((got = read(ends[0], message + bytes, sizeof(message) - 1 - bytes)) > 0)
		bytes += (size_t)got;
	message[bytes] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void without_any_both_are_named_and_the_way_out(void **state)
{
	(void)state;
	assert_int_equal(end_with(NULL, 0), 3);
	assert_non_null(strstr(message, "CAP_BPF is missing"));
	assert_non_null(strstr(message, "CAP_PERFMON is missing"));
	assert_non_null(strstr(message, "sudo"));
}

static void the_one_that_is_held_is_not_named(void **state)
{
	static const struct {
		cap_value_t kept;
		const char *kept_name, *missing;
	} ones[] = {
		{CAP_BPF, "CAP_BPF is missing", "CAP_PERFMON is missing"},
		{CAP_PERFMON, "CAP_PERFMON is missing", "CAP_BPF is missing"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ones); i++) {
		assert_int_equal(end_with(&ones[i].kept, 1), 3);
		assert_non_null(strstr(message, ones[i].missing));
		assert_null(strstr(message, ones[i].kept_name));
	}
}

static void the_two_together_are_enough(void **state)
{
	static const cap_value_t both[] = {CAP_BPF, CAP_PERFMON};

	(void)state;
	assert_int_equal(end_with(both, 2), 0);
	assert_null(strstr(message, "is missing"));
}

static void the_administrators_stands_for_both(void **state)
{
	static const cap_value_t admin[] = {CAP_SYS_ADMIN};

	(void)state;
	assert_int_equal(end_with(admin, 1), 0);
}

static void transient_errors_are_distinguished_from_missing_features(void **state)
{
	static const int passing[] = {ENOMEM, ENOBUFS, EMFILE, ENFILE, EAGAIN, EINTR},
			 lasting[] = {EPERM, EINVAL, ENOENT, ESRCH, ENOTSUP, EOPNOTSUPP, ENODEV};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(passing); i++)
		assert_true(transient_error__is(-passing[i]));
	for (size_t i = 0; i < ARRAY_SIZE(lasting); i++)
		assert_false(transient_error__is(-lasting[i]));
	assert_false(transient_error__is(0));
}

/* A process without capabilities cannot keep one: the tests that keep one come last. */
static int holds_all(void)
{
	static const cap_value_t needed[] = {CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN};
	cap_flag_value_t held = CAP_CLEAR;
	cap_t sets = cap_get_proc();
	int all = sets != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(needed) && all; i++)
		all = !cap_get_flag(sets, needed[i], CAP_PERMITTED, &held) && held == CAP_SET;
	cap_free(sets);
	return all;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transient_errors_are_distinguished_from_missing_features),
		cmocka_unit_test(without_any_both_are_named_and_the_way_out),
		cmocka_unit_test(the_one_that_is_held_is_not_named),
		cmocka_unit_test(the_two_together_are_enough),
		cmocka_unit_test(the_administrators_stands_for_both),
	};
	size_t count = holds_all() ? ARRAY_SIZE(tests) : 2;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("refusal", tests, count, NULL, NULL);
}
