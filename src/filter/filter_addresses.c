// SPDX-License-Identifier: BSD-2-Clause
/*
 * Addresses have the bytes of struct siftr_flow_key: IPv4 in the first four, the rest zero. Bits
 * behind the prefix are ignored, as ss and ip do.
 */
#include "filter/filter_addresses.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/filter.h>

#define IPV4_BITS   32
#define IPV6_BITS   128
#define MAPPED_BITS 96 /* of ::ffff:0:0/96, the IPv4-mapped addresses */

static const __u8 mapped_prefix[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};

/* Parses the length behind the slash; without a slash, `text` is NULL, it is `most`. */
static bool parse_length(const char *text, unsigned long most, unsigned long *length)
{
	char *end;

	*length = most;
	if (!text)
		return true;
	if (!isdigit((unsigned char)*text))
		return false;
	*length = strtoul(text, &end, 10);
	return !*end && *length <= most;
}

static void set_rule(const __u8 *address, __u16 family, unsigned long length,
		     struct siftr_rule *rule)
{
	__u8 mask[16] = {}, value[16] = {};

	for (unsigned long bit = 0; bit < length; bit++)
		mask[bit / 8] |= 0x80 >> bit % 8;
	for (unsigned long i = 0; i < (length + 7) / 8; i++)
		value[i] = address[i] & mask[i];
	memcpy(rule->mask, mask, sizeof(mask));
	memcpy(rule->value, value, sizeof(value));
	rule->family = family;
}

bool filter_addresses__parse(const char *text, struct siftr_rule *rule)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t bytes = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long length;
	__u8 value[16];

	if (bytes >= sizeof(address))
		return false;
	memcpy(address, text, bytes);
	address[bytes] = '\0';
	slash = slash ? slash + 1 : NULL;
	if (inet_pton(AF_INET, address, value) == 1) {
		if (!parse_length(slash, IPV4_BITS, &length))
			return false;
		set_rule(value, 4, length, rule);
		return true;
	}
	if (inet_pton(AF_INET6, address, value) != 1 || !parse_length(slash, IPV6_BITS, &length))
		return false;
	if (length >= MAPPED_BITS && !memcmp(value, mapped_prefix, sizeof(mapped_prefix)))
		set_rule(value + sizeof(mapped_prefix), 4, length - MAPPED_BITS, rule);
	else
		set_rule(value, 6, length, rule);
	return true;
}

bool filter_addresses__parse_ip(const char *text, struct siftr_rule *rule)
{
	if (strcmp(text, "4") != 0 && strcmp(text, "6") != 0)
		return false;
	rule->family = *text - '0';
	return true;
}
