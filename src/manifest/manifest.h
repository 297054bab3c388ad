/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an experiment must know of a host to be repeated: kernel, command line, settings of TCP,
 * devices. The facts are those of the start of a run, its end and the packet accounting are added.
 */
#ifndef SIFTR_MANIFEST_MANIFEST_H
#define SIFTR_MANIFEST_MANIFEST_H

/* The bytes with which its text begins: facts are sorted by their names. */
#define MANIFEST_BEGINNING "{\n  \"accounting\": "

struct manifest;

/*
 * Collects the facts, among them the text of the configuration file, or NULL. This needs privilege
 * for other network namespaces and /proc. NULL after a failure, reported. Free it with
 * manifest__free().
 */
struct manifest *manifest__collect(const char *config);

/* Adds the present time as the run's end, and the packet accounting as JSON, which may be NULL. */
void manifest__end(struct manifest *manifest, const char *accounting);

/* The manifest as JSON, to be freed by the caller; NULL when out of memory. */
char *manifest__text(const struct manifest *manifest);

/* Accepts NULL. */
void manifest__free(struct manifest *manifest);

#endif
