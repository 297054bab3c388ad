// SPDX-License-Identifier: BSD-2-Clause
/*
 * The session's checkpoint: what the file's footer would say if the run ended now,
 * kept beside the file for the case that the run is killed. Records that the kernel
 * has counted and that are still in a ring are due in this file.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/session.h"
#include "report/report.h"

/* The log has been renamed a moment ago, or has another file under its name. */
static int look_up_inode(struct session *session)
{
	struct stat status;
	int err = log_path__stat(&session->file.log, &status);

	if (err)
		return err;
	session->file.run.inode = status.st_ino;
	return writer__is_at(session->writer, &session->file.log) ? 0 : -ESTALE;
}

void session__begin_checkpoint(struct session *session)
{
	struct session_checkpoint *checkpoint = &session->checkpoint;
	int err;

	*checkpoint = (struct session_checkpoint){};
	/* What stdout is redirected to has no name to be found by. */
	if (!session__rotates(session))
		return;
	err = look_up_inode(session);
	if (!err)
		err = checkpoint__create(&session->file.log, session->file.begun,
					 &session->file.run, &checkpoint->file);
	if (err)
		report_notice("no checkpoint beside %s: if this run is killed, its log cannot be "
			      "repaired in full: %s",
			      session->output, strerror(-err));
	/* Records of the file before may be waiting already. */
	session__checkpoint(session);
}

static void read_counts(struct session *session, struct checkpoint_counts *counts)
{
	struct accounting now, books;

	session__read_books(session, &now);
	session->checkpoint.counters = now.kernel;
	accounting__since(&now, &session->file.before, &books);
	accounting__totals(&books, &counts->totals);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		counts->due[direction] = books.kernel.of[direction][SIFTR_RECORDS] -
					 books.lost_output[direction] - books.after_end[direction];
}

void session__checkpoint(struct session *session)
{
	struct session_checkpoint *checkpoint = &session->checkpoint;
	struct checkpoint_counts counts;
	int err;

	if (!checkpoint->file)
		return;
	read_counts(session, &counts);
	checkpoint->moves = memcmp(&counts, &checkpoint->kept, sizeof(counts)) != 0;
	if (!checkpoint->moves)
		return;
	checkpoint->kept = counts;
	err = checkpoint__set(checkpoint->file, session__wall_time(session, clock__monotonic_ns()),
			      &counts);
	if (!err)
		return;
	report_notice("the checkpoint beside %s cannot be written any more: if this run is killed, "
		      "its log cannot be repaired in full: %s",
		      session->output, strerror(-err));
	/* What it holds would be taken for the truth. */
	session__end_checkpoint(session, 1);
}

void session__end_checkpoint(struct session *session, int whole)
{
	if (whole)
		checkpoint__remove(session->checkpoint.file);
	else
		checkpoint__close(session->checkpoint.file);
	session->checkpoint = (struct session_checkpoint){};
}
