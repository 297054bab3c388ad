/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disk space allocated after the end of a file before it is written, so that a footer can
 * always follow the lines.
 */
#ifndef SIFTR_OUTPUT_PREALLOCATE_H
#define SIFTR_OUTPUT_PREALLOCATE_H

#include <stdbool.h>
#include <linux/types.h>

struct preallocate_limits {
	__u64 max_bytes;      /* largest size of the file, 0: no limit */
	__u64 min_free_bytes; /* bytes of the file system to be kept free */
};

struct preallocate {
	int fd;
	struct preallocate_limits limits;
	__u64 position; /* end of the file at the last call */
	__u64 end;	/* end of the allocated space */
	bool reserved;	/* blocks are allocated after the end of the file */
	bool min_free;	/* the last allocation failed because of min_free_bytes */
};

void preallocate__init(struct preallocate *space, int fd, const struct preallocate_limits *limits);

/*
 * Allocates `bytes` after `position`, the end of the file, and usually some more. 0, or a
 * negative errno: -ENOSPC, -EDQUOT, -EFBIG for a limit, or another of fallocate(2); earlier
 * allocations stay. On a file system that cannot allocate only the free space is checked.
 */
int preallocate__hold(struct preallocate *space, __u64 position, __u64 bytes);

/*
 * Like preallocate__hold(), but allocates no more than `bytes` and ignores min_free_bytes, for a
 * header and its footer.
 */
int preallocate__hold_exactly(struct preallocate *space, __u64 position, __u64 bytes);

/*
 * Frees the space after `position`, the end of the file, unless another process has moved the end.
 */
void preallocate__release(struct preallocate *space, __u64 position);

/* Whether `err` is a lack of space: disk full, quota or size limit. */
bool preallocate__is_short(int err);

#endif
