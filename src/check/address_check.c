// SPDX-License-Identifier: BSD-2-Clause
#include "check/address_check.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * Rewrites an IPv6 address in the notation of inet_ntop(3); NULL
 * if `text` is not an IPv6 address.
 */
static const char *canonical_ipv6(const char *text, size_t bytes, char canonical[INET6_ADDRSTRLEN])
{
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (bytes >= sizeof(copy))
		return NULL;
	memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	if (inet_pton(AF_INET6, copy, &address) != 1)
		return NULL;
	return inet_ntop(AF_INET6, &address, canonical, INET6_ADDRSTRLEN);
}

static void check_notation(const struct diagnostic_sink *sink, __u64 line, unsigned int column,
			   const char *text)
{
	char canonical[INET6_ADDRSTRLEN];
	size_t bytes = strcspn(text, ",");
	const char *expected = canonical_ipv6(text, bytes, canonical);
	struct diagnostic defect = {.line = line,
				    .unit = "column",
				    .number = column,
				    .name = column == 3 ? "local address" : "foreign address",
				    .what = "unusual notation",
				    .got = text,
				    .got_bytes = bytes,
				    .expected = expected};

	if (!expected || strlen(expected) != bytes || memcmp(expected, text, bytes) != 0)
		diagnostic__defect(sink, &defect);
}

void address_check__flow(const struct diagnostic_sink *sink, const struct header_values *header,
			 bool freebsd, const struct line_event *event)
{
	const char *local = event->data.flow, *foreign = local;

	if (event->data.family != 6)
		return;
	if (header->ipmode == 4) {
		struct diagnostic defect = {.line = event->line,
					    .unit = "column",
					    .number = 3,
					    .name = "local address",
					    .what = "IPv6 in a log of ipmode 4",
					    .got = local,
					    .got_bytes = strcspn(local, ","),
					    .expected = "an IPv4 address"};

		diagnostic__defect(sink, &defect);
	}
	if (freebsd)
		return;
	for (int commas = 0; commas < 2; foreign++)
		commas += *foreign == ',';
	check_notation(sink, event->line, 3, local);
	check_notation(sink, event->line, 5, foreign);
}
