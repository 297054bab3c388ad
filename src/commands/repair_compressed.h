/* SPDX-License-Identifier: BSD-2-Clause */
/* `siftr-bpf repair` of a log that --compress zstd has written. */
#ifndef SIFTR_COMMANDS_REPAIR_COMPRESSED_H
#define SIFTR_COMMANDS_REPAIR_COMPRESSED_H

#include "output/log_path.h"

/*
 * Writes the seek table of the log that the messages call `file` and that is open and locked as
 * `fd`: in place, in the directory and under the name of `log`, or, unless `copy` is NULL, into the
 * new file `copy`. Reports what it did and what it cannot do. Returns an exit code.
 */
int repair_compressed__file(const char *file, int fd, const struct log_path *log,
			    const struct log_path *copy);

#endif
