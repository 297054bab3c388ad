/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses flows of a log: asked once for each flow, with its first row. */
#ifndef SIFTR_READ_FLOW_FILTER_H
#define SIFTR_READ_FLOW_FILTER_H

#include <stdbool.h>

#include "format/row.h"

/* NULL as a function chooses all. */
struct flow_filter {
	bool (*takes)(const void *context, const struct row *row);
	const void *context;
};

static inline bool flow_filter__takes(const struct flow_filter *filter, const struct row *row)
{
	return !filter->takes || filter->takes(filter->context, row);
}

#endif
