// SPDX-License-Identifier: BSD-2-Clause
/* What is known of a log before and after the way through it. */
#include "log/mend.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/mend_walk.h"

#define BLOCK_BYTES  4096
#define HEADER_START "enable_time_secs="

static void ignore(void *context, const struct defect *defect)
{
	(void)context;
	(void)defect;
}

/* Where the last '\n' ends; 0 if there is none. */
static int find_whole(int fd, __u64 size, __u64 *whole)
{
	char block[BLOCK_BYTES];

	for (__u64 end = size; end;) {
		size_t bytes = end < sizeof(block) ? (size_t)end : sizeof(block);
		const char *last;

		if (pread(fd, block, bytes, (off_t)(end - bytes)) != (ssize_t)bytes)
			return errno ? -errno : -EIO;
		last = memrchr(block, '\n', bytes);
		end -= bytes;
		*whole = last ? end + (__u64)(last + 1 - block) : 0;
		if (last)
			break;
	}
	return 0;
}

int mend__note_used(struct mend *mend, const char *name)
{
	size_t bytes = strlen(name) + 1;
	char *larger = realloc(mend->used, mend->used_bytes + bytes);

	if (!larger)
		return -ENOMEM;
	memcpy(larger + mend->used_bytes, name, bytes);
	mend->used = larger;
	mend->used_bytes += bytes;
	return 0;
}

struct mend_run *mend__add_run(struct mend *mend)
{
	if (mend->nr_runs == mend->runs_capacity) {
		size_t capacity = mend->runs_capacity ? 2 * mend->runs_capacity : 8;
		struct mend_run *larger = realloc(mend->runs, capacity * sizeof(*larger));

		if (!larger)
			return NULL;
		mend->runs = larger;
		mend->runs_capacity = capacity;
	}
	mend->runs[mend->nr_runs] = (struct mend_run){};
	return &mend->runs[mend->nr_runs++];
}

/* Without a whole line it is a log only if it is the beginning of a header. */
static int judge_torn_header(const struct walk *walk)
{
	char text[sizeof(HEADER_START) - 1];
	ssize_t bytes = pread(walk->fd, text, sizeof(text), 0);

	if (bytes < 0)
		return -errno;
	return walk->whole || memcmp(text, HEADER_START, (size_t)bytes) == 0 ? 0 : -EBADMSG;
}

int mend__plan(int fd, int directory_fd, struct mend *mend)
{
	struct walk walk = {.mend = mend,
			    .fd = fd,
			    .directory_fd = directory_fd,
			    .sink = {ignore, ignore, NULL}};
	int err;

	*mend = (struct mend){};
	if (fstat(fd, &walk.status) < 0)
		return -errno;
	if (!S_ISREG(walk.status.st_mode))
		return -EBADMSG;
	err = find_whole(fd, (__u64)walk.status.st_size, &walk.whole);
	if (!err)
		err = judge_torn_header(&walk);
	if (!err)
		err = reader__open(&walk.reader, fd, &walk.sink);
	if (!err)
		err = mend_walk__log(&walk);
	reader__close(&walk.reader);
	return err;
}

void mend__remove_used(const struct mend *mend, int directory_fd)
{
	for (size_t at = 0; at < mend->used_bytes; at += strlen(mend->used + at) + 1)
		unlinkat(directory_fd, mend->used + at, 0);
}

void mend__free(struct mend *mend)
{
	edits__free(&mend->edits);
	free(mend->runs);
	free(mend->used);
	*mend = (struct mend){};
}
