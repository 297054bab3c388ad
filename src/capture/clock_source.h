/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware clock source of the kernel, and what it means for the order of records from
 * different processors.
 */
#ifndef SIFTR_CAPTURE_CLOCK_SOURCE_H
#define SIFTR_CAPTURE_CLOCK_SOURCE_H

#include <stddef.h>

/* Stores the name of the current clock source in `name`, of size `bytes`. 0 or a negative errno. */
int clock_source__read(char *name, size_t bytes);

/* A text that states the drawback of the clock source of that name; NULL if it has none. */
const char *clock_source__remark(const char *name);

#endif
