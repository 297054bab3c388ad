// SPDX-License-Identifier: BSD-2-Clause
#include "sandboxed_child.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/log_path.h"
#include "service/privileges.h"
#include "service/sandbox.h"

int sandboxed_listener = -1;

int end_with_log(const char *log, int (*act)(void))
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		const struct rlimit no_core = {};
		struct privileges_needs needs = {PRIVILEGES_NOBODY, PRIVILEGES_NOBODY, {}, 0};
		struct log_path path;

		setrlimit(RLIMIT_CORE, &no_core);
		if (log && log_path__find(&path, log, "the log"))
			_exit(NOT_SAFE);
		if (log)
			needs = (struct privileges_needs){
				path.owner, path.group, {path.directory_fd}, 1};
		if (privileges__drop(&needs) || sandbox__enter(sandboxed_listener))
			_exit(NOT_SAFE);
		_exit(act());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

int end_of(int (*act)(void))
{
	return end_with_log(NULL, act);
}
