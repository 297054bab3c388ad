/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A directory of its own for each test, made by a set-up function and removed by a tear-down
 * function of cmocka, and the files in it read, written and compared as text.
 */
#ifndef SIFTR_TESTS_SCRATCH_H
#define SIFTR_TESTS_SCRATCH_H

#include <stdbool.h>
#include <linux/types.h>

#include "test.h"

extern char scratch_directory[64];
extern char scratch_log[96]; /* path of the file "log" in the directory */

int make_scratch(void **state);
/* Tear-down that removes the directory and the log; fails if the test has left another file. */
int remove_scratch(void **state);
/*
 * Tear-down that removes the directory and all files in it. Fails if a name begins with a dot:
 * that is a temporary file which the program should have removed.
 */
int remove_all_scratch(void **state);

/* Set-up that makes the directory and enters it as working directory; the tear-down leaves it. */
int enter_scratch(void **state);
int leave_scratch(void **state);

/* The path of the log with `suffix` appended; valid until the next call. */
const char *scratch_file(const char *suffix);
bool scratch_exists(const char *suffix);

/*
 * The suffix of the file of this number of a log that rotates, "" for 0 and ".N" for N; NULL if
 * there is no such file. Valid until the next call.
 */
const char *scratch_rotated(int number);

void write_file(const char *path, const char *text);
/*
 * Reads a file into memory, terminated by a NUL; the caller frees it. `bytes`, unless NULL, gets
 * its length.
 */
char *read_file(const char *path, size_t *bytes);
/* How often a word occurs in a file. */
__u64 count_in(const char *path, const char *word);
void assert_file(const char *path, const char *expected);
bool file_exists(const char *path);

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_all_scratch)

#endif
