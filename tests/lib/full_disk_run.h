/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A synthetic run on a disk whose space ends (faulty_calls.h), and what it reports on stderr, which
 * goes to a file during the test.
 */
#ifndef SIFTR_TESTS_FULL_DISK_RUN_H
#define SIFTR_TESTS_FULL_DISK_RUN_H

#include <siftr/time_units.h>

#include "rotating_run.h"

/* The message each time lines begin to be lost. */
#define MESSAGE "lines are lost, and counted"

/*
 * Set-up: makes a scratch directory, redirects stderr to a file in it, and switches the simulated
 * disk off. Tear-down: lifts the limit of file sizes and removes the directory.
 */
int begin_messages(void **state);
int end_messages(void **state);

/* How many lines of stderr contain `text`. */
int times_reported(const char *text);

/* How many data lines were lost because they could not be written. */
__u64 lost_lines_of(const struct accounting *accounting);

/* Whether the scratch directory contains a checkpoint. */
bool has_checkpoint(void);

/*
 * Advances the clock of the test, without packets, until the writer works again or 2000 ms have
 * passed. Returns how many milliseconds have passed.
 */
int time_to_resume(struct session *session);

#define FULL_DISK_TEST(test) cmocka_unit_test_setup_teardown(test, begin_messages, end_messages)

#endif
