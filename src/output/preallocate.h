/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disk space held ready behind the end of a file, so that what has been promised
 * a place in it cannot fail for want of space.
 */
#ifndef SIFTR_OUTPUT_PREALLOCATE_H
#define SIFTR_OUTPUT_PREALLOCATE_H

#include <stdbool.h>
#include <linux/types.h>

struct preallocate_limits {
	__u64 max_bytes;      /* of the file, 0: no limit */
	__u64 min_free_bytes; /* of the file system, that are left to others */
};

struct preallocate {
	int fd;
	struct preallocate_limits limits;
	__u64 position; /* when last asked */
	__u64 end;	/* what lies before it is ours */
	bool reserved;	/* the file system holds blocks behind the end of the file */
	bool min_free;	/* the last refusal was for the sake of min_free_bytes */
};

void preallocate__init(struct preallocate *space, int fd, const struct preallocate_limits *limits);

/*
 * Holds `bytes` behind `position`, the end of the file, and mostly some more. 0, or
 * a negative errno: -ENOSPC, -EDQUOT, -EFBIG for a limit, others as fallocate(2) has
 * them. What was held before stays held. Where a file system cannot reserve, it is
 * only looked whether there is as much space.
 */
int preallocate__hold(struct preallocate *space, __u64 position, __u64 bytes);

/* The same, but not a byte more, and though min_free_bytes are used up: for header and footer. */
int preallocate__hold_exactly(struct preallocate *space, __u64 position, __u64 bytes);

/* Gives back what lies behind the end of the file, unless somebody else has moved it. */
void preallocate__release(struct preallocate *space, __u64 position);

/* Whether more space, and nothing else, would end this trouble. */
bool preallocate__is_short(int err);

#endif
