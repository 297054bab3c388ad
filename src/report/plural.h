/* SPDX-License-Identifier: BSD-2-Clause */
/* Endings of nouns in messages with numbers. */
#ifndef SIFTR_REPORT_PLURAL_H
#define SIFTR_REPORT_PLURAL_H

#include <linux/types.h>

/* What a regular noun ends with after `number`: "" or "s". */
static inline const char *plural__ending(__u64 number)
{
	return number == 1 ? "" : "s";
}

#endif
