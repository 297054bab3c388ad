/* SPDX-License-Identifier: BSD-2-Clause */
/* The flows of logs that a command's options choose: --flow, and the filters. */
#ifndef SIFTR_COMMANDS_FLOW_CHOICE_H
#define SIFTR_COMMANDS_FLOW_CHOICE_H

#include "read/flow_filter.h"

struct options;

/* The filter of the options; it is valid until the next call. */
struct flow_filter flow_choice__of(const struct options *options);

/* Whether the options choose some flows only. */
bool flow_choice__is_given(const struct options *options);

/*
 * Reports that `side`, such as "the logs of A", or without one the options' files have no
 * connection, or none that was chosen, and what follows from it: ": nothing is compared", or "".
 * That logs have none at all may be as it should be: without `is_error` it is a notice. Returns
 * EXIT_FAILED for what was chosen or is an error, else EXIT_CLEAN.
 */
int flow_choice__report_none(const struct options *options, const char *side,
			     const char *consequence, bool is_error);

#endif
