/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the series of a flow as members of an object of JSON, and as figures. */
#ifndef SIFTR_PAGE_PAGE_SERIES_H
#define SIFTR_PAGE_PAGE_SERIES_H

#include <stdio.h>

#include "page/flow_series.h"

/*
 * Each column with a value is an array [name, type, values]: numbers of the type, u32 or f64, in
 * little endian and base64; 2^32 - 1, or NaN, is no value. Times are microseconds since the first
 * row. Parts of time are three numbers: beginning, end, limit. 0 or -ENOMEM.
 */
int page_series__json(FILE *stream, const struct flow_series *flow);

/* Draws each panel of columns as SVG, but those of sequence numbers. 0 or -ENOMEM. */
int page_series__figures(FILE *stream, const struct flow_series *flow);

#endif
