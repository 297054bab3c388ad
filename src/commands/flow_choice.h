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

#endif
