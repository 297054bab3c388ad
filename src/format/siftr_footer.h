/* SPDX-License-Identifier: BSD-2-Clause */
/* The footer of SIFTR's own formats, whose versions differ in one pair of counts. */
#ifndef SIFTR_FORMAT_SIFTR_FOOTER_H
#define SIFTR_FORMAT_SIFTR_FOOTER_H

#include "format/format.h"

/*
 * Writes the footer up to its flow list. `after_malloc` are pairs, each with a tab behind it, that
 * stand after those of packets skipped for want of memory; "" for none.
 */
char *siftr_footer__write(char *out, struct siftr_time disabled, const struct format_totals *totals,
			  const char *after_malloc);

#endif
