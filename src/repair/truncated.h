/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether text is the beginning of a line that siftr-bpf was writing when it was
 * killed, and not something that somebody else wrote.
 */
#ifndef SIFTR_REPAIR_TRUNCATED_H
#define SIFTR_REPAIR_TRUNCATED_H

#include <stdbool.h>
#include <linux/types.h>

enum truncated_kind {
	TRUNCATED_NO,
	TRUNCATED_DATA,
	TRUNCATED_HEADER,
	TRUNCATED_FOOTER,
	TRUNCATED_ZEROS, /* nothing else, as a power failure may leave it */
};

/*
 * The `bytes` at `at` of the file, a line without its '\n'. Zeros behind the beginning
 * of a line are part of it. A data line whose 27 columns are all there is none. A
 * form or a negative errno.
 */
int truncated__line(int fd, __u64 at, __u64 bytes);

/* The same for an entry of the flow list. 1, 0 or a negative errno. */
int truncated__entry(int fd, __u64 at, __u64 bytes);

#endif
