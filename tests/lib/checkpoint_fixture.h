/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A checkpoint of the log LOG_NAME (killed_log.h), set and damaged by the test, and loaded as a
 * repair loads it.
 */
#ifndef SIFTR_TESTS_CHECKPOINT_FIXTURE_H
#define SIFTR_TESTS_CHECKPOINT_FIXTURE_H

#include "killed_log.h"

#include "repair/checkpoint_load.h"

/* The contents of the checkpoint that was loaded last. */
extern struct checkpoint_data loaded;

/*
 * Loads the checkpoint of `run`, whose log belongs to the user `owner`. Returns an enum
 * checkpoint_state.
 */
int load_checkpoint_as(const struct checkpoint_run *run, __u32 owner);

/*
 * Loads the checkpoint of the run at the start of the log, which belongs to this user. Returns an
 * enum checkpoint_state.
 */
int load_checkpoint(void);

/* Sets the checkpoint to counts_of(in, 0), `in` seconds after the run began. */
void set_checkpoint(struct checkpoint *checkpoint, __u64 in);

/* Writes over the file CHECKPOINT from offset `at` on. */
void overwrite_checkpoint(size_t at, const void *bytes, size_t count);

/*
 * Set-up: makes a log that holds only a header. Tear-down: frees the loaded checkpoint and removes
 * the checkpoint file, if the test has left one.
 */
int make_run(void **state);
int remove_run(void **state);

#define CHECKPOINT_TEST(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

#endif
