// SPDX-License-Identifier: BSD-2-Clause
/* What is known of a log before and after the way through it. */
#include "repair/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repair/scan.h"

/* Each finding of a check counts, so that both come to the same verdict. */
static void count_defect(void *context, const struct diagnostic *defect)
{
	struct plan *mend = context;

	(void)defect;
	mend->defects++;
}

static void ignore_note(void *context, const struct diagnostic *note)
{
	(void)context;
	(void)note;
}

int plan__note_used(struct plan *mend, const char *name)
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

struct plan_run *plan__add_run(struct plan *mend)
{
	if (mend->nr_runs == MEND_RUNS_TOLD) {
		mend->more_runs++;
		mend->untold = (struct plan_run){};
		return &mend->untold;
	}
	if (mend->nr_runs == mend->runs_capacity) {
		size_t capacity = mend->runs_capacity ? 2 * mend->runs_capacity : 8;
		struct plan_run *larger = realloc(mend->runs, capacity * sizeof(*larger));

		if (!larger)
			return NULL;
		mend->runs = larger;
		mend->runs_capacity = capacity;
	}
	mend->runs[mend->nr_runs] = (struct plan_run){};
	return &mend->runs[mend->nr_runs++];
}

static int look_at_end(struct log_scan *walk)
{
	char last;

	if (walk->status.st_size == 0)
		return 0;
	if (pread(walk->fd, &last, 1, walk->status.st_size - 1) != 1)
		return -EIO;
	walk->open_end = last != '\n';
	return 0;
}

static int go_through(struct log_scan *walk)
{
	int err = look_at_end(walk);

	/* The dialect may have been looked for by then. */
	if (!err && lseek(walk->fd, 0, SEEK_SET) < 0)
		err = -errno;
	posix_fadvise(walk->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (!err)
		err = line_parser__open(&walk->reader, walk->fd, &walk->sink);
	if (!err)
		err = scan_log__log(walk);
	line_parser__close(&walk->reader);
	return err;
}

int plan__plan(int fd, int directory_fd, int copy_fd, struct plan *mend)
{
	struct log_scan walk = {.mend = mend, .fd = fd, .sink = {count_defect, ignore_note, mend}};
	int err;

	*mend = (struct plan){};
	file_patch__begin(&mend->edits, fd, copy_fd);
	if (fstat(fd, &walk.status) < 0)
		return -errno;
	if (!S_ISREG(walk.status.st_mode))
		return -EBADMSG;
	mend->empty = walk.status.st_size == 0;
	err = checkpoint_list__read(&walk.checkpoints, directory_fd);
	if (!err)
		err = go_through(&walk);
	checkpoint_list__free(&walk.checkpoints);
	return err;
}

void plan__remove_used(const struct plan *mend, int directory_fd)
{
	for (size_t at = 0; at < mend->used_bytes; at += strlen(mend->used + at) + 1)
		unlinkat(directory_fd, mend->used + at, 0);
}

void plan__free(struct plan *mend)
{
	file_patch__free(&mend->edits);
	free(mend->runs);
	free(mend->used);
	*mend = (struct plan){.edits.copy.fd = -1};
}
