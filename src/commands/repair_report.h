/* SPDX-License-Identifier: BSD-2-Clause */
/* What `siftr-bpf repair` says of a log. */
#ifndef SIFTR_COMMANDS_REPAIR_REPORT_H
#define SIFTR_COMMANDS_REPAIR_REPORT_H

#include "repair/plan.h"

/* Why plan__plan() failed with `err` on `file`, open as `fd`; the exit code. */
int repair_report__refuse(const char *file, int fd, const struct plan *plan, int err);

/* All of `mend` was carried out; the exit code. */
int repair_report__done(const char *file, const struct plan *plan);

#endif
