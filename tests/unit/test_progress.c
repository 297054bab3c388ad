// SPDX-License-Identifier: BSD-2-Clause
/* Progress lines are written to a terminal unless the log goes there too. */
#include <fcntl.h>
#include <unistd.h>

#include "commands/progress.h"

#include "../lib/synthetic_run.h"

static int leader, terminal, other; /* ends of a pseudo-terminal, and a file that is no terminal */
static int outputs[2];

static void redirect(int out, int err)
{
	fflush(NULL);
	outputs[0] = dup(STDOUT_FILENO);
	outputs[1] = dup(STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
}

static void restore(void)
{
	fflush(NULL);
	for (int fd = 0; fd < 2; fd++) {
		dup2(outputs[fd], fd + 1);
		close(outputs[fd]);
	}
}

static int open_terminal(void **state)
{
	leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (make_scratch(state) || leader < 0 || grantpt(leader) || unlockpt(leader))
		return -1;
	terminal = open(ptsname(leader), O_RDWR | O_NOCTTY | O_CLOEXEC);
	other = open("/dev/null", O_RDWR | O_CLOEXEC);
	return terminal < 0 || other < 0 ? -1 : 0;
}

static int close_terminal(void **state)
{
	close(other);
	close(terminal);
	close(leader);
	return remove_all_scratch(state);
}

/*
 * Whether a run shows its progress if the log goes to `path` (NULL: to stdout) and its stdout and
 * stderr are `out` and `err`.
 */
static bool shows_progress(const char *path, int out, int err)
{
	const struct options options = {.output = path};
	struct session session;
	struct progress progress = {.session = &session};
	struct accounting accounting;
	__u64 due_ns;

	redirect(out, err);
	assert_int_equal(begin_run(&session, &options), 0);
	progress.notify = (struct notify){.fd = -1, .next_alive_ns = NEVER_NS};
	progress__begin(&progress);
	due_ns = progress__due_ns(&progress);
	end_run(&session, &accounting);
	restore();
	return due_ns != NEVER_NS;
}

static void a_terminal_shows_the_progress_of_a_log_elsewhere(void **state)
{
	(void)state;
	assert_true(shows_progress(scratch_log, terminal, terminal));
	assert_true(shows_progress(NULL, other, terminal));
	assert_false(shows_progress(scratch_log, terminal, other));
}

static void a_terminal_that_shows_the_log_shows_no_progress(void **state)
{
	(void)state;
	assert_false(shows_progress(NULL, terminal, terminal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_shows_the_progress_of_a_log_elsewhere),
		cmocka_unit_test(a_terminal_that_shows_the_log_shows_no_progress),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_terminal, close_terminal);
}
