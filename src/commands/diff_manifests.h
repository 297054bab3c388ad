/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifests of the two runs that diff compares: in which facts they differ. */
#ifndef SIFTR_COMMANDS_DIFF_MANIFESTS_H
#define SIFTR_COMMANDS_DIFF_MANIFESTS_H

#include <jansson.h>

#include "options/options.h"

struct diff_manifests {
	json_t *a, *b; /* NULL: not given */
};

/* Reads the manifests that the options name. Returns an exit code, after a report if not 0. */
int diff_manifests__read(struct diff_manifests *manifests, const struct options *options);

/* Prints the facts that differ, if there are manifests: for people, or as a member of an object. */
int diff_manifests__print_lines(const struct diff_manifests *manifests);
int diff_manifests__print_json(const struct diff_manifests *manifests);

void diff_manifests__free(struct diff_manifests *manifests);

#endif
