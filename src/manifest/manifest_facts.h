/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads manifests, and finds the facts in which two differ. */
#ifndef SIFTR_MANIFEST_MANIFEST_FACTS_H
#define SIFTR_MANIFEST_MANIFEST_FACTS_H

#include <jansson.h>

/*
 * The manifest in the file, a new reference; NULL if it cannot be read or is none, which is
 * reported.
 */
json_t *manifest_facts__read(const char *file);

/* Takes a fact that differs, such as "kernel.release"; NULL: the manifest does not have it. */
typedef void manifest_take(void *context, const char *name, json_t *a, json_t *b);

/*
 * Calls `take` for each fact that differs, except for the times of the runs and their accountings,
 * which always do. 0 or -ENOMEM.
 */
int manifest_facts__compare(json_t *a, json_t *b, manifest_take *take, void *context);

#endif
