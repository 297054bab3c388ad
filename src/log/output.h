/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor a log goes to: opened, written, cut back and closed. Knows
 * bytes only; what a line is and which are lost is the writer's business.
 */
#ifndef SIFTR_LOG_OUTPUT_H
#define SIFTR_LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output {
	int fd;
	bool regular; /* a file that can be cut and synced */
};

/* Opens `path` for appending, or a copy of stdout for NULL. 0 or negative errno. */
int output__open(struct output *output, const char *path);

/*
 * Whether a regular file's last line lacks its end where writing starts. False
 * also when that cannot be seen: no permission to read, or no /proc.
 */
bool output__ends_torn(const struct output *output);

/*
 * Writes `bytes` of `text`, waiting as long as it takes for a slow reader.
 * *done tells how many got through. 0 or the negative errno that stopped it.
 */
int output__write(struct output *output, const char *text, size_t bytes, size_t *done);

/* Removes the `bytes` written last from a regular file. 0 or negative errno. */
int output__cut(struct output *output, size_t bytes);

/* Syncs a regular file and closes. First error, or 0. */
int output__close(struct output *output);

#endif
