/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the runs of a log that have no footer, and plans their repair. Changes nothing. */
#ifndef SIFTR_REPAIR_SCAN_H
#define SIFTR_REPAIR_SCAN_H

#include "repair/plan.h"

/*
 * Reads the log `fd`, and the checkpoints of its directory `directory_fd`. A copy, if one is
 * needed, will be made in the directory `copy_fd`. The plan uses `fd` and `copy_fd`: do not close
 * them before plan__free(), which must be called in each case. 0, or a negative errno: -EBADMSG if
 * the file is no log or a killed run has a line that siftr-bpf did not write, -EBADF if a
 * checkpoint is rejected.
 */
int scan__log(int fd, int directory_fd, int copy_fd, struct plan *plan);

#endif
