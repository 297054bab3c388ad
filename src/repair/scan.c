// SPDX-License-Identifier: BSD-2-Clause
/*
 * Prepares and ends the one pass over a log, in which scan_lines.c reads its lines and run_end.c
 * plans the footers.
 */
#include "repair/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repair/scan_lines.h"
#include "repair/scan_state.h"

/* Counts each defect that `check` would report, so that both have the same verdict. */
static void count_defect(void *context, const struct diagnostic *defect)
{
	struct plan *plan = context;

	(void)defect;
	plan->defects++;
}

static int find_open_end(struct scan_state *scan)
{
	char last;

	if (scan->status.st_size == 0)
		return 0;
	if (pread(scan->fd, &last, 1, scan->status.st_size - 1) != 1)
		return -EIO;
	scan->open_end = last != '\n';
	return 0;
}

static int read_lines(struct scan_state *scan)
{
	int err = find_open_end(scan);

	/* The parser reads from the offset of the descriptor on, which the caller need not set. */
	if (!err && lseek(scan->fd, 0, SEEK_SET) < 0)
		err = -errno;
	posix_fadvise(scan->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (!err)
		err = line_parser__open(&scan->parser, scan->fd, &scan->sink);
	if (!err)
		err = scan_lines__read(scan);
	line_parser__close(&scan->parser);
	return err;
}

int scan__log(int fd, int directory_fd, int copy_fd, struct plan *plan)
{
	struct scan_state scan = {
		.plan = plan, .fd = fd, .sink = {.defect = count_defect, .context = plan}};
	int err;

	*plan = (struct plan){};
	file_patch__init(&plan->edits, fd, copy_fd);
	if (fstat(fd, &scan.status) < 0)
		return -errno;
	if (!S_ISREG(scan.status.st_mode))
		return -EBADMSG;
	plan->empty = scan.status.st_size == 0;
	err = checkpoint_list__read(&scan.checkpoints, directory_fd);
	if (!err)
		err = read_lines(&scan);
	checkpoint_list__free(&scan.checkpoints);
	return err;
}
