/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the logs that a command names into an analysis of their flows. */
#ifndef SIFTR_COMMANDS_ANALYSE_LOGS_H
#define SIFTR_COMMANDS_ANALYSE_LOGS_H

#include "analyse/analysis.h"

struct options;

/*
 * Reads the options' files and chooses flows by the options. *analysis is NULL when out of memory,
 * else to be freed by the caller. Returns the worst exit code, EXIT_CLEAN or one that was reported:
 * what could be read is in the analysis in any case.
 */
int analyse_logs(const struct options *options, struct analysis **analysis);

#endif
