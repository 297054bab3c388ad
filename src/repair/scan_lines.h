/* SPDX-License-Identifier: BSD-2-Clause */
/* Follows the lines of a log and finds where runs end without a footer. */
#ifndef SIFTR_REPAIR_SCAN_LINES_H
#define SIFTR_REPAIR_SCAN_LINES_H

#include "repair/scan_state.h"

/* Reads the log to its end and fills scan->plan. Returns 0 or a negative errno like scan__log(). */
int scan_lines__read(struct scan_state *scan);

#endif
