// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The BPF programs: at each packet of a TCP connection they copy the kernel's state of the
 * connection into a ring buffer, or count why not. While `live.on` is set, every packet that a hook
 * sees adds to exactly one outcome. Read from the bottom: hook, select, sample, emit.
 */
#include "capture.bpf.h"
#include "flow_state.bpf.h"
#include "ring.bpf.h"
#include "select.bpf.h"
#include "uncaptured.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * Makes a record of the packet and submits it to the ring. Returns whether that worked; if not,
 * counts why.
 */
static __always_inline bool emit_packet(struct sock *sk, struct sk_buff *skb, __u32 direction,
					__u8 state)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;

	if (!tp) {
		count_outcome(cpu, direction, SIFTR_SKIPPED_SOCK);
		wake_on_skip();
		return 0;
	}
	record = reserve_record(cpu);
	if (!record) {
		count_outcome(cpu, direction, SIFTR_LOST_RING);
		return 0;
	}
	count_outcome(cpu, direction, SIFTR_RECORDS);
	stamp_record(record, direction, SIFTR_KIND_LINE);
	capture_fields(record, sk, tp, skb, state);
	capture_flow(&record->flow, sk, tp, record->snd_una);
	submit_record(record);
	return 1;
}

/*
 * Emits an inbound packet. A function of its own, not inlined, so that the registers it needs are
 * saved only for packets that are selected: packets that the filter rejects stay cheap.
 */
static __noinline int emit_in(struct sock *sk, struct sk_buff *skb, __u32 state)
{
	return emit_packet(sk, skb, SIFTR_IN, state);
}

static __noinline int emit_out(struct sock *sk, struct sk_buff *skb, __u32 state)
{
	return emit_packet(sk, skb, SIFTR_OUT, state);
}

static __noinline int emit_sampled(struct sock *sk, struct sk_buff *skb, __u32 direction,
				   struct siftr_flow_state *flow)
{
	__u8 state = READ(sk, __sk_common.skc_state);
	bool emitted = direction == SIFTR_IN ? emit_in(sk, skb, state) : emit_out(sk, skb, state);

	if (emitted)
		flow->last_file = live.file;
	return 0;
}

/*
 * Emits the key alone, once per log file, so that the flow list in the footer also has flows of
 * which no packet was logged.
 */
static __noinline int emit_flow(struct sock *sk, __u32 direction, struct siftr_flow_state *flow)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;

	if (!tp)
		return 0;
	record = reserve_record(cpu);
	if (!record)
		return 0;
	count_outcome(cpu, direction, SIFTR_FLOWS);
	stamp_record(record, direction, SIFTR_KIND_FLOW);
	capture_flow(&record->flow, sk, tp, READ(tp, snd_una));
	flow->last_file = live.file;
	submit_record(record);
	return 0;
}

static __noinline int skip_state(struct sock *sk, struct sk_buff *skb, __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (is_late_packet(skb, direction, READ(sk, __sk_common.skc_state)))
		count_outcome(cpu, direction, SIFTR_SKIPPED_LATE);
	else
		count_outcome(cpu, direction, SIFTR_SKIPPED_STATE);
	wake_on_skip();
	flow_reset(sk);
	return 0;
}

static __noinline int skip_released_port(struct sock *sk, struct sk_buff *skb, __u32 direction)
{
	if (released_port_matches(sk))
		return skip_state(sk, skb, direction);
	count_outcome(bpf_get_smp_processor_id(), direction, SIFTR_FILTERED);
	return 0;
}

static __noinline int count_lost_flow(struct sock *sk, __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (flow_loss_reason(sk) == SIFTR_LOST_FLOW_FULL)
		count_outcome(cpu, direction, SIFTR_LOST_FLOW_FULL);
	else
		count_outcome(cpu, direction, SIFTR_LOST_FLOW);
	return 0;
}

static __always_inline void sample_packet(void *ctx, __u32 direction)
{
	/*
	 * Keeps `ctx` on the stack: in a callee-saved register it would have to be saved and
	 * restored for every packet of the hook.
	 */
	void *volatile saved_ctx = ctx;
	struct siftr_flow_state *flow = flow_get(hook_sk(ctx));

	if (!flow) {
		count_lost_flow(hook_sk(saved_ctx), direction);
		wake_on_skip();
		return;
	}
	if (flow_is_due(flow)) {
		emit_sampled(hook_sk(saved_ctx), hook_skb(saved_ctx), direction, flow);
		return;
	}
	if (flow->last_file != live.file)
		emit_flow(hook_sk(saved_ctx), direction, flow);
	count_outcome(bpf_get_smp_processor_id(), direction, SIFTR_SAMPLED);
	wake_on_skip();
}

/*
 * What every packet hook does: filter by port, filter by state, sample, emit; the cheapest test
 * comes first. `known_state` is the state that the hook implies, 0 if it implies none.
 */
static __always_inline int trace_packet(void *ctx, struct sock *sk, __u32 direction,
					__u8 known_state)
{
	__u8 state = known_state;
	enum port_match match;

	if (!live.on)
		return 0;
	match = match_port(sk);
	if (match == PORT_DIFFERS) {
		count_outcome(bpf_get_smp_processor_id(), direction, SIFTR_FILTERED);
		return 0;
	}
	if (match == PORT_RELEASED)
		return skip_released_port(sk, hook_skb(ctx), direction);
	if (!known_state)
		state = READ(sk, __sk_common.skc_state);
	if (!is_logged_state(state))
		skip_state(sk, hook_skb(ctx), direction);
	else if (live.ppl > 1)
		sample_packet(ctx, direction);
	else if (direction == SIFTR_IN)
		emit_in(sk, hook_skb(ctx), state);
	else
		emit_out(sk, hook_skb(ctx), state);
	return 0;
}

/*
 * The kernel calls tcp_rcv_established() only for sockets in ESTABLISHED, so the state need not be
 * loaded.
 */
HOOK(rcv_established, tcp_rcv_established, struct sock *sk)
{
	return trace_packet(ctx, TYPED(sk, struct sock), SIFTR_IN, TCP_ESTABLISHED);
}

HOOK(rcv_state_process, tcp_rcv_state_process, struct sock *sk)
{
	return trace_packet(ctx, TYPED(sk, struct sock), SIFTR_IN, 0);
}

HOOK(transmit_skb, __tcp_transmit_skb, struct sock *sk)
{
	return trace_packet(ctx, TYPED(sk, struct sock), SIFTR_OUT, 0);
}

/*
 * Deletes the state of the socket's flow: the kernel may reuse the address for another socket,
 * which is another flow.
 */
HOOK(destroy_sock, tcp_v4_destroy_sock, struct sock *sk)
{
	__u64 key = (__u64)sk;

	slot_release(TYPED(sk, struct sock));
	if (load_config.flow_storage == SIFTR_FLOW_HASH)
		bpf_map_delete_elem(&flows_by_address, &key);
	return 0;
}
