// SPDX-License-Identifier: BSD-2-Clause
#include "numbered_key.h"

#include <string.h>

struct siftr_flow_key key_number(__u32 number)
{
	struct siftr_flow_key key = {.family = 4, .lport = 443, .isn = 77, .netns = 4026531840U};
	unsigned char laddr[4] = {10, 0, 0, 1};
	unsigned char faddr[4] = {172, 16, (unsigned char)(number >> 24),
				  (unsigned char)(number >> 16)};

	memcpy(key.laddr, laddr, sizeof(laddr));
	memcpy(key.faddr, faddr, sizeof(faddr));
	key.fport = (__u16)number;
	return key;
}

struct siftr_flow_key ipv6_key_number(__u32 number)
{
	struct siftr_flow_key key = key_number(0);

	key.family = 6;
	key.faddr[1] = number;
	return key;
}

void announce(struct flows *flows, __u32 number, const struct siftr_flow_key *key)
{
	const struct siftr_record record = {.flow = number, .kind = SIFTR_KIND_FLOW, .key = *key};
	const struct siftr_record *records[] = {&record};

	flows__announce(flows, records, 1);
}
