/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer opened on the scratch log or on stdout, and text put into it without a formatter.
 */
#ifndef SIFTR_TESTS_WRITER_FIXTURE_H
#define SIFTR_TESTS_WRITER_FIXTURE_H

#include "scratch.h"

#include "output/writer.h"

/* Limits that limit nothing: any file size, and no space kept free on the file system. */
extern const struct preallocate_limits no_limits;

/*
 * Opens a writer on the log at `path`, or on stdout if NULL.
 * Returns what writer__open() returns.
 */
int open_writer_at(const char *path, struct writer **writer);

/* Opens a writer on the log at `path`, or on stdout if NULL, and asserts that this succeeds. */
struct writer *open_writer(const char *path);

/*
 * Opens a writer on `fd` in place of stdout, and then gives stdout back to the test, whose TAP
 * output goes there.
 */
struct writer *open_writer_on(int fd);

void put(struct writer *writer, const char *text);
void put_lines(struct writer *writer, int count, const char *line);

/* Asserts how many lines the writer has counted as lost in each direction. */
void assert_lost(const struct writer *writer, __u64 in, __u64 out);

#endif
