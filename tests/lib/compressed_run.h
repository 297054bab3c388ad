/* SPDX-License-Identifier: BSD-2-Clause */
/* A synthetic run whose log is compressed, and that log read by its seek table. */
#ifndef SIFTR_TESTS_COMPRESSED_RUN_H
#define SIFTR_TESTS_COMPRESSED_RUN_H

#include "full_disk_run.h"

/* Begins a run that writes the scratch log compressed, without faults. Returns an exit code. */
int begin_compressed(struct session *session, enum format_id format);

/*
 * Runs a session on the compressed scratch log for `rounds` rounds of packets (rotating_run.h), and
 * ends it. Returns the number of data lines that it wrote.
 */
__u64 run_compressed(enum format_id format, int rounds);

/*
 * Decompresses each frame of a file with the sizes from the seek table alone. Asserts that each
 * frame ends at the end of a line, and the seek table at the end of the file. Returns the number of
 * lines, headers and footers included.
 */
__u64 lines_of_frames(const char *path);

#endif
