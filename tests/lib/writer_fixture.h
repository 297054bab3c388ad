/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer opened on the scratch log or on stdout, and text put into it without a formatter.
 */
#ifndef SIFTR_TESTS_WRITER_FIXTURE_H
#define SIFTR_TESTS_WRITER_FIXTURE_H

#include "scratch.h"

#include "output/writer.h"

/* No reserve for a footer, no space left to others. */
extern const struct preallocate_limits no_limits;

/* Opens the log at `path`, stdout if NULL. Returns what writer__open() does. */
int open_writer_at(const char *path, struct writer **writer);

/* The same where it has to succeed. */
struct writer *open_writer(const char *path);

/* A writer to `fd`, which is stdout only while the writer is opened, so that TAP stays on stdout.
 */
struct writer *open_writer_on(int fd);

void put(struct writer *writer, const char *text);
void put_lines(struct writer *writer, int count, const char *line);

/* The writer counted that many lines as lost, by direction. */
void assert_lost(const struct writer *writer, __u64 in, __u64 out);

#endif
