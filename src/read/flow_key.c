// SPDX-License-Identifier: BSD-2-Clause
#include "read/flow_key.h"

#include <arpa/inet.h>
#include <string.h>

/* Parses "a.b.c.d,", and returns the ','; NULL if it is an IPv6 address. */
static const char *parse_ipv4(const char *text, const char *end, __u64 address[2])
{
	__u8 bytes[4] = {};
	unsigned int i = 0;

	for (; text < end && *text != ','; text++) {
		if (*text != '.' && !(*text >= '0' && *text <= '9'))
			return NULL;
		if (*text == '.')
			i = (i + 1) % sizeof(bytes);
		else
			bytes[i] = (__u8)(bytes[i] * 10 + (*text - '0'));
	}
	memcpy(address, bytes, sizeof(bytes));
	return text;
}

static const char *parse_ipv6(const char *text, const char *end, __u64 address[2])
{
	char copy[INET6_ADDRSTRLEN] = "";
	size_t bytes = (size_t)((const char *)memchr(text, ',', (size_t)(end - text)) - text);

	memcpy(copy, text, bytes < sizeof(copy) ? bytes : sizeof(copy) - 1);
	inet_pton(AF_INET6, copy, address);
	return text + bytes;
}

/* Parses "address,port,", which field_parser.h has found valid, and returns the end. */
static const char *parse_endpoint(const char *text, const char *end, __u8 *family, __u64 address[2],
				  __u16 *port)
{
	const char *at = parse_ipv4(text, end, address);

	*family = at ? 4 : 6;
	if (!at)
		at = parse_ipv6(text, end, address);
	for (at++; at < end && *at != ','; at++)
		*port = (__u16)(*port * 10 + (*at - '0'));
	return at + 1;
}

void flow_key__parse(const char *text, size_t bytes, struct siftr_flow_key *key)
{
	const char *end = text + bytes;

	memset(key, 0, sizeof(*key));
	text = parse_endpoint(text, end, &key->family, key->laddr, &key->lport);
	parse_endpoint(text, end, &key->family, key->faddr, &key->fport);
}
