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
	struct plan *plan = context;

	(void)defect;
	plan->defects++;
}

static void ignore_note(void *context, const struct diagnostic *note)
{
	(void)context;
	(void)note;
}

int plan__note_used(struct plan *plan, const char *name)
{
	size_t bytes = strlen(name) + 1;
	char *larger = realloc(plan->used, plan->used_bytes + bytes);

	if (!larger)
		return -ENOMEM;
	memcpy(larger + plan->used_bytes, name, bytes);
	plan->used = larger;
	plan->used_bytes += bytes;
	return 0;
}

struct plan_run *plan__add_run(struct plan *plan)
{
	if (plan->nr_runs == PLAN_RUNS_MAX) {
		plan->more_runs++;
		plan->unlisted = (struct plan_run){};
		return &plan->unlisted;
	}
	if (plan->nr_runs == plan->runs_capacity) {
		size_t capacity = plan->runs_capacity ? 2 * plan->runs_capacity : 8;
		struct plan_run *larger = realloc(plan->runs, capacity * sizeof(*larger));

		if (!larger)
			return NULL;
		plan->runs = larger;
		plan->runs_capacity = capacity;
	}
	plan->runs[plan->nr_runs] = (struct plan_run){};
	return &plan->runs[plan->nr_runs++];
}

static int look_at_end(struct log_scan *scan)
{
	char last;

	if (scan->status.st_size == 0)
		return 0;
	if (pread(scan->fd, &last, 1, scan->status.st_size - 1) != 1)
		return -EIO;
	scan->open_end = last != '\n';
	return 0;
}

static int go_through(struct log_scan *scan)
{
	int err = look_at_end(scan);

	/* The dialect may have been looked for by then. */
	if (!err && lseek(scan->fd, 0, SEEK_SET) < 0)
		err = -errno;
	posix_fadvise(scan->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (!err)
		err = line_parser__open(&scan->reader, scan->fd, &scan->sink);
	if (!err)
		err = scan__log(scan);
	line_parser__close(&scan->reader);
	return err;
}

int plan__plan(int fd, int directory_fd, int copy_fd, struct plan *plan)
{
	struct log_scan scan = {.plan = plan, .fd = fd, .sink = {count_defect, ignore_note, plan}};
	int err;

	*plan = (struct plan){};
	file_patch__begin(&plan->edits, fd, copy_fd);
	if (fstat(fd, &scan.status) < 0)
		return -errno;
	if (!S_ISREG(scan.status.st_mode))
		return -EBADMSG;
	plan->empty = scan.status.st_size == 0;
	err = checkpoint_list__read(&scan.checkpoints, directory_fd);
	if (!err)
		err = go_through(&scan);
	checkpoint_list__free(&scan.checkpoints);
	return err;
}

void plan__remove_used(const struct plan *plan, int directory_fd)
{
	for (size_t at = 0; at < plan->used_bytes; at += strlen(plan->used + at) + 1)
		unlinkat(directory_fd, plan->used + at, 0);
}

void plan__free(struct plan *plan)
{
	file_patch__free(&plan->edits);
	free(plan->runs);
	free(plan->used);
	*plan = (struct plan){.edits.copy.fd = -1};
}
