/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 27 columns of a data line: names and ranges, for telling what is wrong
 * with a line that is known to be.
 */
#ifndef SIFTR_READ_COLUMNS_H
#define SIFTR_READ_COLUMNS_H

#include <stddef.h>
#include <linux/types.h>

#include "report/diagnostic.h"

#define COLUMNS 27

/* Reports each defect of a data line, given without its '\n'; returns how many. */
unsigned int columns__explain(__u64 line, const char *text, size_t bytes,
			      const struct diagnostic_sink *sink);

#endif
