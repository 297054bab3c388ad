/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports what is wrong with a malformed data line, by the names and ranges of the 27 columns. */
#ifndef SIFTR_READ_COLUMNS_H
#define SIFTR_READ_COLUMNS_H

#include <stddef.h>
#include <linux/types.h>

#include "report/diagnostic.h"

#define COLUMNS 27

/* Reports each defect of a malformed data line, without its '\n'; returns how many. */
unsigned int columns__report(__u64 line, const char *text, size_t bytes,
			     const struct diagnostic_sink *sink);

#endif
