/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a file that a run appends to: a killed run can have left part of a line there. */
#ifndef SIFTR_OUTPUT_PARTIAL_LINE_H
#define SIFTR_OUTPUT_PARTIAL_LINE_H

#include <stddef.h>

#include "output/output.h"

/*
 * A longer partial line is reported as one of this length, and is not removed by
 * writer_switch__begin_file().
 */
#define PARTIAL_LINE_MAX 4096

/*
 * Number of bytes after the last '\n' of a regular file, at most PARTIAL_LINE_MAX. 0 also if that
 * cannot be determined: no permission to read, or no /proc.
 */
size_t partial_line__bytes(const struct output *output);

#endif
