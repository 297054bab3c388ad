/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices, by one fstat(2) at each flush, that somebody has deleted, replaced or shortened the log
 * while it is written, as logrotate's copytruncate and the shell's `> LOG` do. The lines of the
 * file are counted as lost and the log continues with a new header. A rename loses nothing.
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
 * counts the lines and continues in a new file, or at the end of the shortened one. `last_ns` is
 * the time of the last record.
 */
void log_deletion__check(struct log_deletion *deletion, __u64 last_ns);

/*
 * Like log_deletion__check(), but also tries again to open a new file if that failed before.
 * Returns whether the file was deleted or shortened.
 */
bool log_deletion__replace_file(struct log_deletion *deletion, __u64 last_ns);

/*
 * Like log_deletion__check() at the end of the run, when no new file is needed. Call it before and
 * after the footer.
 */
void log_deletion__check_at_end(struct log_deletion *deletion, __u64 last_ns, bool footer_written);

#endif
