/* SPDX-License-Identifier: BSD-2-Clause */
/* The footer of SIFTR's own formats; that of 1.2.4 has two pairs more than that of 1.3.0. */
#ifndef SIFTR_FORMAT_SIFTR_FOOTER_H
#define SIFTR_FORMAT_SIFTR_FOOTER_H

#include "format/format.h"

/*
 * Writes the footer up to its flow list and returns the end of the text. `after_malloc` are pairs,
 * each with a TAB after it, to follow the counts of packets skipped for want of memory; "": none.
 */
char *siftr_footer__write(char *out, struct siftr_time disabled, const struct format_totals *totals,
			  const char *after_malloc);

#endif
