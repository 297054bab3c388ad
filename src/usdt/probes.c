// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each probe is one nop in a function that is not inlined, so that a tracer has one place to attach
 * to. Addresses are formatted only here, when somebody listens.
 */
#include "usdt/probes.h"

#include <arpa/inet.h>
#include <sys/socket.h>

/* The header asks for this name. */
// NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

/* The section from which readers of the notes expect semaphores to be. */
#define SEMAPHORE volatile unsigned short __attribute__((section(".probes"), used))

SEMAPHORE siftr_bpf_line_semaphore;
SEMAPHORE siftr_bpf_flow_begin_semaphore;
SEMAPHORE siftr_bpf_flow_end_semaphore;
SEMAPHORE siftr_bpf_loss_semaphore;

struct address_text {
	char text[INET6_ADDRSTRLEN];
};

static struct address_text address_text(const struct siftr_flow_key *flow, const __u64 address[2])
{
	struct address_text out = {};

	inet_ntop(flow->family == 6 ? AF_INET6 : AF_INET, address, out.text, sizeof(out.text));
	return out;
}

/*
 * A tracer reads this memory at the probe, which the compiler cannot know: without a barrier it may
 * leave out stores that nothing else reads.
 */
static inline void store_all(const void *memory)
{
	__asm__ volatile("" : : "r"(memory) : "memory");
}

__attribute__((noinline)) void probes__line(int direction, __u32 flowid,
					    const struct siftr_flow_key *flow, const void *row)
{
	struct address_text laddr = address_text(flow, flow->laddr);
	struct address_text faddr = address_text(flow, flow->faddr);

	store_all(&laddr);
	store_all(&faddr);
	store_all(row);
	STAP_PROBE5(siftr_bpf, line, direction, flowid, laddr.text, faddr.text, row);
}

__attribute__((noinline)) void probes__flow_begin(__u32 flowid, const struct siftr_flow_key *flow)
{
	struct address_text laddr = address_text(flow, flow->laddr);
	struct address_text faddr = address_text(flow, flow->faddr);

	store_all(&laddr);
	store_all(&faddr);
	STAP_PROBE5(siftr_bpf, flow_begin, flowid, laddr.text, flow->lport, faddr.text,
		    flow->fport);
}

__attribute__((noinline)) void probes__flow_end(__u32 flowid, const struct siftr_flow_key *flow)
{
	struct address_text laddr = address_text(flow, flow->laddr);
	struct address_text faddr = address_text(flow, flow->faddr);

	store_all(&laddr);
	store_all(&faddr);
	STAP_PROBE5(siftr_bpf, flow_end, flowid, laddr.text, flow->lport, faddr.text, flow->fport);
}

__attribute__((noinline)) void probes__loss(const char *cause, int direction, __u64 packets)
{
	store_all(cause);
	STAP_PROBE3(siftr_bpf, loss, cause, direction, packets);
}
