/* SPDX-License-Identifier: BSD-2-Clause */
/* The key of a flow, as the columns of a data line have it. */
#ifndef SIFTR_READ_FLOW_KEY_H
#define SIFTR_READ_FLOW_KEY_H

#include <stddef.h>
#include <siftr/record.h>

/*
 * Converts "laddr,lport,faddr,fport", a text that field_parser.h has accepted, to a key, whose
 * netns and isn are 0.
 */
void flow_key__parse(const char *text, size_t bytes, struct siftr_flow_key *key);

#endif
