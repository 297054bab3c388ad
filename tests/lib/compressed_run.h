/* SPDX-License-Identifier: BSD-2-Clause */
/* A synthetic run whose log is compressed, and that log read by its seek table. */
#ifndef SIFTR_TESTS_COMPRESSED_RUN_H
#define SIFTR_TESTS_COMPRESSED_RUN_H

#include "full_disk_run.h"

/* Begins a run on the scratch log, without faults. Returns an exit code. */
int begin_compressed(struct session *session, enum format_id format);

/* Logs `rounds` rounds; returns the number of packets in the log. */
__u64 run_compressed(enum format_id format, int rounds);

/*
 * Decompresses each frame of a file by the seek table alone, and asserts that the frames end where
 * lines do and the table where the file does. Returns the number of lines.
 */
__u64 lines_of_frames(const char *path);

#endif
