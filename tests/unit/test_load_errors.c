// SPDX-License-Identifier: BSD-2-Clause
/*
 * load_errors__check() names each missing capability and no other. transient_error__is(): an error
 * such as too little memory does not mean that the kernel lacks a feature.
 */
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

#include "capture/host_features.h"
#include "capture/load_errors.h"
#include "capture/transient_error.h"

#define CANNOT_DROP 99 /* exit code of a child that could not drop its capabilities */

static char message[2048];

/*
 * Drops all capabilities but `kept` and checks the host. Returns the exit code that the program
 * would have.
 */
static int check_with(const cap_value_t *kept, int nr_kept)
{
	cap_t sets = cap_init();

	if (!sets)
		return CANNOT_DROP;
	if (nr_kept && (cap_set_flag(sets, CAP_PERMITTED, nr_kept, kept, CAP_SET) ||
			cap_set_flag(sets, CAP_EFFECTIVE, nr_kept, kept, CAP_SET)))
		return CANNOT_DROP;
	if (cap_set_proc(sets))
		return CANNOT_DROP;
	cap_free(sets);
	return load_errors__check() == -EPERM ? 3 : 0;
}

/* Checks in a child that holds only `kept`. Its exit code; `message` is what it wrote to stderr. */
static int check_in_child(const cap_value_t *kept, int nr_kept)
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

static void without_capabilities_both_are_named_and_sudo(void **state)
{
	(void)state;
	assert_int_equal(check_in_child(NULL, 0), 3);
	assert_non_null(strstr(message, "CAP_BPF is missing"));
	assert_non_null(strstr(message, "CAP_PERFMON is missing"));
	assert_non_null(strstr(message, "sudo"));
}

static void a_capability_that_is_held_is_not_named(void **state)
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
		assert_int_equal(check_in_child(&ones[i].kept, 1), 3);
		assert_non_null(strstr(message, ones[i].missing));
		assert_null(strstr(message, ones[i].kept_name));
	}
}

static void cap_bpf_and_cap_perfmon_are_enough(void **state)
{
	static const cap_value_t both[] = {CAP_BPF, CAP_PERFMON};

	(void)state;
	assert_int_equal(check_in_child(both, 2), 0);
	assert_null(strstr(message, "is missing"));
}

static void cap_sys_admin_stands_for_both(void **state)
{
	static const cap_value_t admin[] = {CAP_SYS_ADMIN};

	(void)state;
	assert_int_equal(check_in_child(admin, 1), 0);
}

static void transient_errors_are_distinguished_from_missing_features(void **state)
{
	static const int transient[] = {ENOMEM, ENOBUFS, EMFILE, ENFILE, EAGAIN, EINTR},
			 permanent[] = {EPERM, EINVAL, ENOENT, ESRCH, ENOTSUP, EOPNOTSUPP, ENODEV};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transient); i++)
		assert_true(transient_error__is(-transient[i]));
	for (size_t i = 0; i < ARRAY_SIZE(permanent); i++)
		assert_false(transient_error__is(-permanent[i]));
	assert_false(transient_error__is(0));
}

/* What Secure Boot asks for is no reason to advise to boot without it. */
static void lockdown_for_integrity_forbids_nothing(void **state)
{
	static const char *const harmless[] = {"", "none", "integrity"};
	struct host_facts facts = {.lockdown = "confidentiality"};

	(void)state;
	assert_true(host_features__is_confidential(&facts));
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		strcpy(facts.lockdown, harmless[i]);
		assert_false(host_features__is_confidential(&facts));
	}
}

/*
 * The tests that keep a capability come last and are left out if this process does not hold all of
 * them, since no capability can be gained.
 */
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
		cmocka_unit_test(lockdown_for_integrity_forbids_nothing),
		cmocka_unit_test(without_capabilities_both_are_named_and_sudo),
		cmocka_unit_test(a_capability_that_is_held_is_not_named),
		cmocka_unit_test(cap_bpf_and_cap_perfmon_are_enough),
		cmocka_unit_test(cap_sys_admin_stands_for_both),
	};
	size_t count = holds_all() ? ARRAY_SIZE(tests) : 3;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("load_errors", tests, count, NULL, NULL);
}
