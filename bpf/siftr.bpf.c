// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The BPF programs: at each packet of a TCP connection, copy what the kernel
 * believes about it into this CPU's ring, or count why not. Every run that
 * gets past the on/off switch adds to exactly one counter.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <siftr/record.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile struct siftr_config load_config;
volatile struct siftr_live live SEC(".data.live") = {.ppl = 1, .file = 1};

#include "compat.bpf.h"
#include "capture.bpf.h"
#include "select.bpf.h"
#include "ring.bpf.h"
#include "uncaptured.bpf.h"

/* Returns whether a record was submitted; else counts why not. */
static __always_inline int log_packet(struct sock *sk, struct sk_buff *skb, __u32 direction,
				      __u8 state)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;

	if (!tp) {
		count(cpu, direction, SIFTR_SKIPPED_SOCK);
		tell_unlogged();
		return 0;
	}
	record = reserve(cpu);
	if (!record) {
		count(cpu, direction, SIFTR_LOST_RING);
		return 0;
	}
	count(cpu, direction, SIFTR_RECORDS);
	stamp(record, direction, SIFTR_KIND_LINE);
	capture_fields(record, sk, tp, skb, state);
	capture_flow(&record->flow, sk, tp, record->snd_una);
	submit(record);
	return 1;
}

/*
 * What a selected packet needs is in functions of their own: a packet that is
 * not wanted has no registers saved for it.
 */
static __noinline int log_in(struct sock *sk, struct sk_buff *skb, __u32 state)
{
	return log_packet(sk, skb, SIFTR_IN, state);
}

static __noinline int log_out(struct sock *sk, struct sk_buff *skb, __u32 state)
{
	return log_packet(sk, skb, SIFTR_OUT, state);
}

static __noinline int log_due(struct sock *sk, struct sk_buff *skb, __u32 direction,
			      struct siftr_flow_state *flow)
{
	__u8 state = READ(sk, __sk_common.skc_state);
	int logged = direction == SIFTR_IN ? log_in(sk, skb, state) : log_out(sk, skb, state);

	if (logged)
		flow->announced = live.file;
	return 0;
}

/* A flow none of whose packets is in this file is made known by its key alone. */
static __noinline int announce(struct sock *sk, __u32 direction, struct siftr_flow_state *flow)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;

	if (!tp)
		return 0;
	record = reserve(cpu);
	if (!record)
		return 0;
	count(cpu, direction, SIFTR_FLOWS);
	stamp(record, direction, SIFTR_KIND_FLOW);
	capture_flow(&record->flow, sk, tp, READ(tp, snd_una));
	flow->announced = live.file;
	submit(record);
	return 0;
}

static __noinline int skip_state(struct sock *sk, struct sk_buff *skb, __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (is_late(skb, direction, READ(sk, __sk_common.skc_state)))
		count(cpu, direction, SIFTR_SKIPPED_LATE);
	else
		count(cpu, direction, SIFTR_SKIPPED_STATE);
	tell_unlogged();
	flow_reset(sk);
	return 0;
}

/* Only a closed socket has no local port. */
static __noinline int skip_closed(struct sock *sk, struct sk_buff *skb, __u32 direction)
{
	if (given_up_port_wanted(sk))
		return skip_state(sk, skb, direction);
	count(bpf_get_smp_processor_id(), direction, SIFTR_FILTERED);
	return 0;
}

static __noinline int lose_flow(struct sock *sk, __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (flow_loss(sk) == SIFTR_LOST_FLOW_FULL)
		count(cpu, direction, SIFTR_LOST_FLOW_FULL);
	else
		count(cpu, direction, SIFTR_LOST_FLOW);
	return 0;
}

static __always_inline void sample_packet(void *arguments, __u32 direction)
{
	void *volatile kept =
		arguments; /* on the stack: a saved register would cost every packet */
	struct siftr_flow_state *flow = flow_get(hooked_sk(arguments));

	if (!flow) {
		lose_flow(hooked_sk(kept), direction);
		tell_unlogged();
		return;
	}
	if (flow_due(flow)) {
		log_due(hooked_sk(kept), hooked_skb(kept), direction, flow);
		return;
	}
	if (flow->announced != live.file)
		announce(hooked_sk(kept), direction, flow);
	count(bpf_get_smp_processor_id(), direction, SIFTR_SAMPLED);
	tell_unlogged();
}

/* Cheapest refusal first; `known_state` is 0 where the hook does not tell it. */
static __always_inline int trace(void *arguments, __u32 direction, __u8 known_state)
{
	struct sock *sk = hooked_sk(arguments);
	__u8 state = known_state;
	enum port_choice choice;

	if (!live.on)
		return 0;
	choice = choose_port(sk);
	if (choice == PORT_OTHER) {
		count(bpf_get_smp_processor_id(), direction, SIFTR_FILTERED);
		return 0;
	}
	if (choice == PORT_GIVEN_UP)
		return skip_closed(sk, hooked_skb(arguments), direction);
	if (!known_state)
		state = READ(sk, __sk_common.skc_state);
	if (!state_logged(state))
		skip_state(sk, hooked_skb(arguments), direction);
	else if (live.ppl > 1)
		sample_packet(arguments, direction);
	else if (direction == SIFTR_IN)
		log_in(sk, hooked_skb(arguments), state);
	else
		log_out(sk, hooked_skb(arguments), state);
	return 0;
}

/* Its callers, tcp_v4_do_rcv() and tcp_v6_do_rcv(), have just looked at the state. */
HOOK(rcv_established, tcp_rcv_established)
{
	return trace(arguments, SIFTR_IN, TCP_ESTABLISHED);
}

HOOK(rcv_state_process, tcp_rcv_state_process)
{
	return trace(arguments, SIFTR_IN, 0);
}

HOOK(transmit_skb, __tcp_transmit_skb)
{
	return trace(arguments, SIFTR_OUT, 0);
}

/* The next socket at this address is another flow. */
HOOK(destroy_sock, tcp_v4_destroy_sock)
{
	struct sock *sk = hooked_sk(arguments);
	__u64 key = (__u64)sk;

	slot_give_back(sk);
	if (load_config.flow_storage == SIFTR_FLOW_HASH)
		bpf_map_delete_elem(&flows_by_address, &key);
	return 0;
}
