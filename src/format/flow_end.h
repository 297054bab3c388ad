/* SPDX-License-Identifier: BSD-2-Clause */
/* An end of a connection as people read it. */
#ifndef SIFTR_FORMAT_FLOW_END_H
#define SIFTR_FORMAT_FLOW_END_H

#include <linux/types.h>
#include <siftr/record.h>

/* Writes an address of the flow; `text` has room for INET6_ADDRSTRLEN. */
void flow_end__address(const struct siftr_flow_key *key, const __u64 address[2], char *text);

/* Writes "10.0.0.1:80" or "[::1]:80", an end of the flow. Returns `text`. */
#define FLOW_END_BYTES 64
const char *flow_end__text(const struct siftr_flow_key *key, const __u64 address[2], __u16 port,
			   char text[FLOW_END_BYTES]);

#endif
