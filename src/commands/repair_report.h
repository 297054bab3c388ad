/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of `siftr-bpf repair`. */
#ifndef SIFTR_COMMANDS_REPAIR_REPORT_H
#define SIFTR_COMMANDS_REPAIR_REPORT_H

#include "repair/plan.h"

/* Reports why scan__log() failed with `err` on `file`, open as `fd`. Returns the exit code. */
int repair_report__error(const char *file, int fd, const struct plan *plan, int err);

/* Reports what was repaired and which defects remain. Returns the exit code. */
int repair_report__done(const char *file, const struct plan *plan);

#endif
