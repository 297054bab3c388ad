/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the lines of a siftr2 log strictly; each function returns whether the text is valid. */
#ifndef SIFTR_READ_SIFTR2_FIELDS_H
#define SIFTR_READ_SIFTR2_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "read/siftr2_event.h"

/*
 * Parses a data line with its '\n'. Returns its end, or NULL. Upper-case digits are accepted, as by
 * the published readers. The text must be followed by 32 zeros.
 */
const char *siftr2_fields__record(const char *at, struct siftr2_record *record);
/* Parses a record of a binary log, SIFTR2_RECORD_BYTES long. */
bool siftr2_fields__binary_record(const char *at, struct siftr2_record *record);

/* Parses a header without its '\n'. */
bool siftr2_fields__header(const char *text, size_t bytes, struct siftr2_header *header);
/*
 * Parses the six pairs of a footer before "flow_list=". Returns the end of that key, or NULL. The
 * text may go on after it.
 */
const char *siftr2_fields__footer(const char *text, size_t bytes, bool binary,
				  struct siftr2_footer *footer);
/* Parses an entry of the flow list without its ';'. */
bool siftr2_fields__flow(const char *text, size_t bytes, struct siftr2_flow *flow);

#endif
