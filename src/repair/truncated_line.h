/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recognises the beginning of a line that siftr-bpf was writing when it was killed, as opposed to
 * a line that something else wrote.
 */
#ifndef SIFTR_REPAIR_TRUNCATED_LINE_H
#define SIFTR_REPAIR_TRUNCATED_LINE_H

#include <stdbool.h>
#include <linux/types.h>

enum truncated_kind {
	TRUNCATED_NO,
	TRUNCATED_DATA,
	TRUNCATED_HEADER,
	TRUNCATED_FOOTER,
	TRUNCATED_ZEROS, /* only zeros, as a power failure may leave them */
};

/*
 * Examines `bytes` at offset `at` of the file, a line without its '\n'. Zeros after the beginning
 * of a line are part of it. A data line with all 27 columns is not truncated. Returns an enum
 * truncated_kind or a negative errno.
 */
int truncated_line__line(int fd, __u64 at, __u64 bytes);

/*
 * Whether the `bytes` at offset `at` are the beginning of an entry of the flow list. 1, 0 or a
 * negative errno.
 */
int truncated_line__entry(int fd, __u64 at, __u64 bytes);

#endif
