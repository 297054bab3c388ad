/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices, by one fstat(2) at each flush, that somebody has deleted, replaced or shortened the log
 * while it is written, as logrotate's copytruncate and the shell's `> LOG` do. Then all lines that
 * this run has written since the file's header count as lost, even those that still stand in a
 * shortened file, and the log continues with a new header. A rename loses nothing.
 */
#ifndef SIFTR_COMMANDS_LOG_DELETION_H
#define SIFTR_COMMANDS_LOG_DELETION_H

#include <stdbool.h>
#include <linux/types.h>

#include "commands/log_rotation.h"

struct log_deletion {
	struct log_rotation *rotation; /* owned by the caller */
	bool deleted; /* the deletion was reported, and no new file could be opened yet */
};

/*
 * Checks by one fstat(2) whether the current file was deleted or shortened. If so, reports it,
 * counts as lost all lines that this run has written to it, even those still in a shortened one,
 * and begins a new run in a new file or at the end of the shortened one. The new run begins at
 * `last_ns`, the CLOCK_MONOTONIC time of the last record, but not before the current file did. If
 * no new file can be opened the run goes on in the deleted one, whose lines are counted as lost
 * later.
 */
void log_deletion__check(struct log_deletion *deletion, __u64 last_ns);

/*
 * Like log_deletion__check(), but also tries again to open a new file if that failed before.
 * Returns whether the current file was deleted or shortened, whether or not a new one is open now.
 */
bool log_deletion__replace_file(struct log_deletion *deletion, __u64 last_ns);

/*
 * Like log_deletion__check(), but at the end of the run, which opens no new file for a deleted one.
 * Call it twice: before the footer is written, when a shortened file gets a new header, so that the
 * footer has one; and after it, with `footer_written`, when the lines of a file that was deleted or
 * shortened are counted as lost.
 */
void log_deletion__check_at_end(struct log_deletion *deletion, __u64 last_ns, bool footer_written);

#endif
