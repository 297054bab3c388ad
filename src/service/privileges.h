/* SPDX-License-Identifier: BSD-2-Clause */
/* What this process may do besides what its user may. */
#ifndef SIFTR_SERVICE_PRIVILEGES_H
#define SIFTR_SERVICE_PRIVILEGES_H

#include "log/log_path.h"

/*
 * Gives up every capability, of every set, for good: no_new_privs keeps an
 * execve(2) from bringing any back. Root without capabilities may write to what root
 * owns only: if the `log` (NULL: stdout) stands in a directory of another user,
 * the process becomes that user. 0 or a negative errno, reported.
 */
int privileges__drop(const struct log_path *log);

#endif
