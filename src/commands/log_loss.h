/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log that somebody deletes, replaces or shortens while it is written, as logrotate's
 * copytruncate and the shell's `> LOG` do. Its lines are counted as lost and the log continues
 * with a new header. A log that was only renamed is not lost.
 */
#ifndef SIFTR_COMMANDS_LOG_LOSS_H
#define SIFTR_COMMANDS_LOG_LOSS_H

#include <stdbool.h>
#include <linux/types.h>

#include "commands/log_rotation.h"

struct log_loss {
	struct log_rotation *rotation; /* the caller's */
	bool deleted;		       /* reported; no other file could be opened yet */
};

/*
 * Checks by one fstat(2) whether the current file was deleted or shortened. If so, reports it,
 * counts the lines and continues in a new file, or at the end of the shortened one. `last_ns` is
 * the time of the last record.
 */
void log_loss__check(struct log_loss *loss, __u64 last_ns);

/* The same, retrying even if no other file could be opened before. Whether the file was lost. */
bool log_loss__replace_file(struct log_loss *loss, __u64 last_ns);

/* The same at the end of the run, before and after the footer: no new file is needed. */
void log_loss__check_at_end(struct log_loss *loss, __u64 last_ns, bool footer_written);

#endif
