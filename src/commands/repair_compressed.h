/* SPDX-License-Identifier: BSD-2-Clause */
/* `siftr-bpf repair` of a log that --compress zstd has written. */
#ifndef SIFTR_COMMANDS_REPAIR_COMPRESSED_H
#define SIFTR_COMMANDS_REPAIR_COMPRESSED_H

#include "output/log_path.h"

/*
 * Gives the log `file`, open and locked as `fd`, its seek table; with `copy` in that new file.
 * Reports what it did and what it cannot do. Returns an exit code.
 */
int repair_compressed__file(const char *file, int fd, const struct log_path *log,
			    const struct log_path *copy);

#endif
