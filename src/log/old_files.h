/* SPDX-License-Identifier: BSD-2-Clause */
/* The older files of a log that rotates by itself: FILE.1, the newest, to FILE.N. */
#ifndef SIFTR_LOG_OLD_FILES_H
#define SIFTR_LOG_OLD_FILES_H

#include <linux/types.h>

#include "log/log_path.h"

/*
 * Makes FILE.N of FILE.N-1 and so on, at last FILE.1 of FILE; the oldest of `keep` is
 * replaced. Nothing is FILE afterwards. 0 or a negative errno, reported; then FILE is
 * what it was.
 */
int old_files__shift(const struct log_path *path, __u32 keep);

#endif
