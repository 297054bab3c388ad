/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters by address and by version of IP: their syntax, and the rules that they become. */
#ifndef SIFTR_FILTER_FILTER_ADDRESSES_H
#define SIFTR_FILTER_FILTER_ADDRESSES_H

#include <stdbool.h>

struct siftr_rule;

/*
 * Parses an address with or without the length of a prefix, such as 10.0.0.0/8 or fd00::1, into the
 * value, mask and family of `rule`. An IPv4-mapped IPv6 address becomes IPv4. False if it is none.
 */
bool filter_addresses__parse(const char *text, struct siftr_rule *rule);

/* Parses 4 or 6 into the family of `rule`; false if it is neither. */
bool filter_addresses__parse_ip(const char *text, struct siftr_rule *rule);

#endif
