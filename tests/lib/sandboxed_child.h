/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a function in a child process that has dropped its privileges and entered the sandbox, as
 * the program does once tracing is on. The function returns GOOD or the line that failed.
 */
#ifndef SIFTR_TESTS_SANDBOXED_CHILD_H
#define SIFTR_TESTS_SANDBOXED_CHILD_H

#include "test.h"

#define GOOD	 0
#define NOT_SAFE 99 /* the privileges could not be dropped or the sandbox not entered */
#define NOBODY	 65534

/* Returns the status of wait(2) of a child that may write the log at `log` (NULL: no log). */
int end_with_log(const char *log, int (*act)(void));

/* The same without a log. */
int end_of(int (*act)(void));

/* Inside `act`: returns the number of this line unless `condition` holds. */
#define NEEDS(condition)                 \
	do {                             \
		if (!(condition))        \
			return __LINE__; \
	} while (0)

#endif
