// SPDX-License-Identifier: BSD-2-Clause
#include "sandboxed_child.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "output/log_path.h"
#include "service/privileges.h"
#include "service/sandbox.h"

int sandboxed_listener = -1;

/* Faults end the child, instead of going on in it with the test runner's next test. */
static void be_alone(void)
{
	static const int caught[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS};
	const struct rlimit no_core = {};

	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		signal(caught[i], SIG_DFL);
	setrlimit(RLIMIT_CORE, &no_core);
}

static int enter_with_log(const char *log)
{
	struct privileges_needs needs = {PRIVILEGES_NOBODY, PRIVILEGES_NOBODY, {}, 0};
	struct log_path path;

	if (log && log_path__find(&path, log, "the log"))
		return -1;
	if (log)
		needs = (struct privileges_needs){path.owner, path.group, {path.directory_fd}, 1};
	return privileges__drop(&needs) || sandbox__enter(sandboxed_listener) ? -1 : 0;
}

/* Returns 0 in a child of its own and the child's process id in the parent. */
static pid_t begin_child(void)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		be_alone();
	return child;
}

static int end_of_child(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

int end_with_log(const char *log, int (*act)(void))
{
	pid_t child = begin_child();

	if (!child)
		_exit(enter_with_log(log) ? NOT_SAFE : act());
	return end_of_child(child);
}

int end_of(int (*act)(void))
{
	return end_with_log(NULL, act);
}

int end_of_free(int (*act)(void))
{
	pid_t child = begin_child();

	if (!child)
		_exit(act());
	return end_of_child(child);
}
