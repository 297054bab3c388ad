/* SPDX-License-Identifier: BSD-2-Clause */
/* Small text files of /proc and /sys as facts. */
#ifndef SIFTR_MANIFEST_PROC_FILES_H
#define SIFTR_MANIFEST_PROC_FILES_H

#include <jansson.h>

/* The text of the file without its last line end. NULL if it cannot be read: a new reference. */
json_t *proc_files__text(const char *path);

/*
 * Adds each file of `directory` whose name begins with `beginning` to `facts`, under its name
 * behind `prefix`. Files that only root may read, such as keys, are left out. 0 or a negative
 * errno.
 */
int proc_files__add(json_t *facts, const char *directory, const char *beginning,
		    const char *prefix);

#endif
