/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a function in a child process that has dropped its privileges and entered the sandbox, as
 * the program does once tracing is on. The function returns GOOD or the line that failed.
 */
#ifndef SIFTR_TESTS_SANDBOXED_CHILD_H
#define SIFTR_TESTS_SANDBOXED_CHILD_H

#include "test.h"

#define GOOD	 0
#define NOT_SAFE 99 /* exit code if the child could not enter the sandbox */
#define NOBODY	 65534

/* The control socket of the child, at which it may accept clients; -1: none. */
extern int sandboxed_listener;

/*
 * Runs `act` in a sandboxed child that may write the log at `log` (NULL: no log). Returns the
 * child's status by wait(2).
 */
int end_with_log(const char *log, int (*act)(void));

/* Runs `act` in a sandboxed child without a log. Returns the child's status by wait(2). */
int end_of(int (*act)(void));

/* Runs `act` in a child outside the sandbox. Returns the child's status by wait(2). */
int end_of_free(int (*act)(void));

/* For use in `act`: returns the number of this source line unless `condition` holds. */
#define NEEDS(condition)                 \
	do {                             \
		if (!(condition))        \
			return __LINE__; \
	} while (0)

#endif
