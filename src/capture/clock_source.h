/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware clock that the kernel keeps time with, and what that means for
 * the order of records taken on different processors.
 */
#ifndef SIFTR_CAPTURE_CLOCK_SOURCE_H
#define SIFTR_CAPTURE_CLOCK_SOURCE_H

#include <stddef.h>

/* The current clock source's name; 0 or a negative errno. */
int clock_source__read(char *name, size_t bytes);

/* What is to be minded with a clock source of this name; NULL: nothing. */
const char *clock_source__remark(const char *name);

#endif
