/* SPDX-License-Identifier: BSD-2-Clause */
/* Children that give everything up as the program does once tracing is on, and then act. */
#ifndef SIFTR_TESTS_SANDBOXED_CHILD_H
#define SIFTR_TESTS_SANDBOXED_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/capability.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "output/log_path.h"
#include "service/privileges.h"
#include "service/sandbox.h"

#define GOOD	 0
#define NOT_SAFE 99
#define NOBODY	 65534

static char scratch[] = "/tmp/siftr-sandbox-XXXXXX";

static inline int make_scratch(void **state)
{
	(void)state;
	return mkdtemp(scratch) && !chdir(scratch) ? 0 : -1;
}

static inline int remove_scratch(void **state)
{
	(void)state;
	unlink("log");
	unlink("log.1");
	return chdir("/") ? -1 : rmdir(scratch);
}

/* How a child ends that gives everything up and then acts: a status of wait(2). */
static inline int end_with_log(const char *log, int (*act)(void))
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
		if (privileges__drop(&needs) || sandbox__enter())
			_exit(NOT_SAFE);
		_exit(act());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static inline int end_of(int (*act)(void))
{
	return end_with_log(NULL, act);
}

/* Returns the number of the line that failed. */
#define NEEDS(condition)                 \
	do {                             \
		if (!(condition))        \
			return __LINE__; \
	} while (0)

#endif
