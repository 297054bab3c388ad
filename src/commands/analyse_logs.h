/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the logs that a command names into an analysis of their flows. */
#ifndef SIFTR_COMMANDS_ANALYSE_LOGS_H
#define SIFTR_COMMANDS_ANALYSE_LOGS_H

#include "analyse/analysis.h"

struct options;
struct row_event;

/* What else a command takes from the logs. NULL as a function is not called. */
struct log_observer {
	struct flow_observer flows;
	/* A header or footer of the options' file `number`. 0 or a negative errno. */
	int (*run)(void *context, int number, const struct row_event *event);
	/* The log ends, with that exit code. */
	void (*end)(void *context, int number, int status);
	void *context;
};

/*
 * Reads the options' files and chooses flows by the options. *analysis is NULL when out of memory,
 * else to be freed by the caller. Returns the worst exit code, EXIT_CLEAN or one that was reported:
 * what could be read is in the analysis in any case.
 */
int analyse_logs(const struct options *options, struct analysis **analysis);

/* Likewise; calls the observer on the way. */
int analyse_logs__observed(const struct options *options, const struct log_observer *observer,
			   struct analysis **analysis);

#endif
