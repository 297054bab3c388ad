// SPDX-License-Identifier: BSD-2-Clause
#include "random_row.h"

#include <arpa/inet.h>
#include <stdint.h>

#include "random_numbers.h"

__u32 random_digits(void)
{
	return random_u64() % 16 ? (__u32)(random_u64() >> (32 + random_u64() % 32)) : UINT32_MAX;
}

struct siftr_flow_key random_flow(void)
{
	struct siftr_flow_key flow = {.family = random_u64() % 2 ? 4 : 6,
				      .lport = (__u16)random_digits(),
				      .fport = (__u16)random_digits(),
				      .laddr = {random_u64(), random_u64()},
				      .faddr = {random_u64() & random_u64()}};

	if (flow.family == 4) {
		flow.laddr[0] = (__u32)flow.laddr[0];
		flow.faddr[0] = (__u32)flow.faddr[0];
		flow.laddr[1] = 0;
	}
	return flow;
}

void spell_address(const struct siftr_flow_key *flow, const __u64 address[2], char *text)
{
	inet_ntop(flow->family == 4 ? AF_INET : AF_INET6, address, text, INET6_ADDRSTRLEN);
}
