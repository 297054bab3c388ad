// SPDX-License-Identifier: BSD-2-Clause
#include "read/flow_key.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

/* Whether the address that the text begins with has a ':' after its first part, not a '.'. */
static bool is_ipv6(const char *text, const char *end)
{
	while (text < end && *text != '.' && *text != ':')
		text++;
	return text < end && *text == ':';
}

/* Parses "a.b.c.d," and returns the ','. */
static const char *parse_ipv4(const char *text, const char *end, __u64 address[2])
{
	__u8 bytes[4] = {};
	unsigned int i = 0;

	for (; text < end && *text != ','; text++) {
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
	const char *comma = memchr(text, ',', (size_t)(end - text));
	char copy[INET6_ADDRSTRLEN] = "";

	if (!comma)
		return end;
	if (comma - text < (ptrdiff_t)sizeof(copy))
		memcpy(copy, text, (size_t)(comma - text));
	inet_pton(AF_INET6, copy, address);
	return comma;
}

/* Parses "address,port,", which field_parser.h has found valid, and returns the end. */
static const char *parse_endpoint(const char *text, const char *end, __u8 *family, __u64 address[2],
				  __u16 *port)
{
	const char *at;

	*family = is_ipv6(text, end) ? 6 : 4;
	at = *family == 6 ? parse_ipv6(text, end, address) : parse_ipv4(text, end, address);
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
