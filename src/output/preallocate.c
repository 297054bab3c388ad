// SPDX-License-Identifier: BSD-2-Clause
/*
 * fallocate(2) with FALLOC_FL_KEEP_SIZE allocates blocks after the end of the file for later
 * appends, and charges the quota at once. It ignores RLIMIT_FSIZE, which is checked here.
 */
#include "output/preallocate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define CHUNK_BYTES (1ULL << 20) /* allocated at a time if there is enough space */

void preallocate__init(struct preallocate *space, int fd, const struct preallocate_limits *limits)
{
	*space = (struct preallocate){.fd = fd, .limits = *limits};
}

/* The largest size that the file may have, by RLIMIT_FSIZE and max_bytes. */
static __u64 largest_size(const struct preallocate *space)
{
	__u64 largest = space->limits.max_bytes ? space->limits.max_bytes : ~0ULL;
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    limit.rlim_cur < largest)
		largest = limit.rlim_cur;
	return largest;
}

/* Free space of the file system, without what is reserved for root, which is not meant for logs. */
static __u64 free_bytes(const struct preallocate *space)
{
	struct statvfs status;

	if (fstatvfs(space->fd, &status) < 0)
		return ~0ULL;
	return (__u64)status.f_bavail * status.f_frsize;
}

static bool is_unsupported(int err)
{
	return err == EOPNOTSUPP || err == ENOSYS || err == EINVAL || err == ESPIPE;
}

static int allocate(struct preallocate *space, __u64 end)
{
	int err;

	do {
		err = fallocate(space->fd, FALLOC_FL_KEEP_SIZE, (off_t)space->end,
				(off_t)(end - space->end))
			      ? errno
			      : 0;
	} while (err == EINTR);
	if (err && !is_unsupported(err))
		return -err;
	if (err && free_bytes(space) < end - space->end)
		return -ENOSPC;
	space->reserved |= !err;
	space->end = end;
	return 0;
}

/* Allocates up to `end` if min_free_bytes stay free. */
static int extend(struct preallocate *space, __u64 end)
{
	__u64 min_free = space->limits.min_free_bytes;

	space->min_free = min_free && free_bytes(space) < min_free + (end - space->end);
	return space->min_free ? -ENOSPC : allocate(space, end);
}

int preallocate__hold(struct preallocate *space, __u64 position, __u64 bytes)
{
	__u64 end = position + bytes, largest, chunk_end;

	/* Begin anew at the end of the file, if it was truncated or this is the first call. */
	if (position < space->position || space->end < position)
		space->end = position;
	space->position = position;
	if (end <= space->end)
		return 0;
	largest = largest_size(space);
	space->min_free = false;
	if (end > largest)
		return -EFBIG;
	chunk_end = largest - end < CHUNK_BYTES ? largest : end + CHUNK_BYTES;
	return extend(space, chunk_end) == 0 ? 0 : extend(space, end);
}

int preallocate__hold_exactly(struct preallocate *space, __u64 position, __u64 bytes)
{
	const struct preallocate_limits limits = space->limits;
	int err;

	space->limits.min_free_bytes = 0;
	if (!limits.max_bytes || position + bytes < limits.max_bytes)
		space->limits.max_bytes = position + bytes;
	err = preallocate__hold(space, position, bytes);
	space->limits = limits;
	return err;
}

void preallocate__release(struct preallocate *space, __u64 position)
{
	struct stat status;

	if (!space->reserved || fstat(space->fd, &status) < 0 || (__u64)status.st_size != position)
		return;
	/* Truncating to the current size frees the blocks after it. */
	space->reserved = ftruncate(space->fd, status.st_size) < 0;
	space->end = position;
}

bool preallocate__is_short(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG;
}
