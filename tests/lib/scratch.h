/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A directory of its own for each test, made by a set-up function and removed by a tear-down
 * function of cmocka, and the files in it read, written and compared as text.
 */
#ifndef SIFTR_TESTS_SCRATCH_H
#define SIFTR_TESTS_SCRATCH_H

#include <stdbool.h>

#include "test.h"

extern char scratch_directory[64];
extern char scratch_log[96]; /* the path of the file "log" in it */

int make_scratch(void **state);
/* Removes the directory with the log; fails if the test left another file. */
int remove_scratch(void **state);
/*
 * Removes the directory with the files in it. Names that begin with a dot are the program's
 * temporary files: one that is left fails the test.
 */
int remove_all_scratch(void **state);

/* The same, but the directory is also the working directory in between. */
int enter_scratch(void **state);
int leave_scratch(void **state);

/* The path of the log with `suffix` appended, until the next call. */
const char *scratch_file(const char *suffix);
bool scratch_exists(const char *suffix);

void write_file(const char *path, const char *text);
/* The content, terminated; the caller frees. `bytes` may be NULL. */
char *read_file(const char *path, size_t *bytes);
void assert_file(const char *path, const char *expected);
bool file_exists(const char *path);

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_all_scratch)

#endif
