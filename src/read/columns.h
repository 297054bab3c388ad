/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports what is wrong with a malformed data line, by the names and ranges of its columns. */
#ifndef SIFTR_READ_COLUMNS_H
#define SIFTR_READ_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "read/siftr_version.h"
#include "report/diagnostic.h"

#define COLUMNS	    27
#define COLUMNS_1_2 28

/* Whether a line is meant as a data line, well-formed or not. */
bool columns__is_data_line(const char *text, size_t bytes);

/* Reports each defect of a malformed data line, without its '\n'; returns how many. */
unsigned int columns__report(__u64 line, enum siftr_version version, const char *text, size_t bytes,
			     const struct diagnostic_sink *sink);

#endif
