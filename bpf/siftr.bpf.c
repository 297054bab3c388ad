// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The BPF programs: at each packet of a TCP connection they copy the kernel's state of the
 * connection into a ring buffer, or count why not.
 */
#include "front.bpf.h"
#include "origin_hooks.bpf.h"
#include "trace.bpf.h"
#include "uncaptured.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * What a hook's program does if the hook has no programs behind the first, see second.bpf.h. What a
 * program in front asks for is inlined: for a call `ctx` would have to be kept, which every packet
 * would pay for.
 */
static __always_inline int trace(void *ctx, enum packet_hook hook)
{
	void *ON_STACK saved_ctx = ctx;
	struct sock *sk = hook_sk(ctx, 0);
	__u32 on = live.on;

	if (on != SIFTR_ON) {
		if (!is_on_for(sk, on))
			return 0;
		if (has_front(on, hook) && !is_left_by_front(sk, HOOK_ARGUMENT(saved_ctx, 2), hook))
			return 0;
		sk = hook_sk(saved_ctx, 0); /* a second load costs less than to keep `sk` */
	}
	return trace_packet(saved_ctx, sk, hook, 0);
}

HOOK(rcv_established, tcp_rcv_established)
{
	return trace(ctx, RCV_ESTABLISHED);
}

HOOK(rcv_state_process, tcp_rcv_state_process)
{
	return trace(ctx, RCV_STATE_PROCESS);
}

HOOK(transmit_skb, __tcp_transmit_skb)
{
	return trace(ctx, TRANSMIT_SKB);
}

/*
 * Where __tcp_transmit_skb() cannot be hooked, ip_queue_xmit() and inet6_csk_xmit() are: TCP hands
 * its packets to these functions. Other protocols do so too, hence this check.
 */
static __always_inline bool is_tcp(struct sock *sk)
{
	return READ(sk, sk_protocol) == IPPROTO_TCP;
}

static __always_inline int trace_queued(void *ctx, enum packet_hook hook)
{
	return is_tcp(hook_sk(ctx, 0)) ? trace(ctx, hook) : 0;
}

HOOK(queue_xmit_v4, ip_queue_xmit)
{
	return trace_queued(ctx, QUEUE_XMIT_V4);
}

HOOK(queue_xmit_v6, inet6_csk_xmit)
{
	return trace_queued(ctx, QUEUE_XMIT_V6);
}

#ifdef SIFTR_MAPPED_RING

/* What a hook's first program does if others are behind it; trace() is spared the mark's cost. */
static __always_inline int trace_marked(void *ctx, enum packet_hook hook)
{
	void *ON_STACK saved_ctx = ctx;
	struct sock *sk = hook_sk(ctx, 0);

	if (!is_on(sk) || (!load_config.seconds && !has_front(live.on, hook)) ||
	    (is_locked(sk, hook) && !mark_first(sk, HOOK_ARGUMENT(saved_ctx, 2), hook)))
		return 0;
	sk = hook_sk(saved_ctx, 0); /* a second load costs less than to keep `sk` */
	return trace_packet(saved_ctx, sk, hook, 0);
}

static __always_inline int trace_marked_queued(void *ctx, enum packet_hook hook)
{
	return is_tcp(hook_sk(ctx, 0)) ? trace_marked(ctx, hook) : 0;
}

HOOK(rcv_established_marked, tcp_rcv_established)
{
	return trace_marked(ctx, RCV_ESTABLISHED);
}

HOOK(rcv_state_process_marked, tcp_rcv_state_process)
{
	return trace_marked(ctx, RCV_STATE_PROCESS);
}

HOOK(transmit_skb_marked, __tcp_transmit_skb)
{
	return trace_marked(ctx, TRANSMIT_SKB);
}

HOOK(queue_xmit_v4_marked, ip_queue_xmit)
{
	return trace_marked_queued(ctx, QUEUE_XMIT_V4);
}

HOOK(queue_xmit_v6_marked, inet6_csk_xmit)
{
	return trace_marked_queued(ctx, QUEUE_XMIT_V6);
}

static __always_inline int trace_missed(void *ctx, struct sock *sk, enum packet_hook hook,
					__u32 behind)
{
	if (!is_on(sk) || !is_locked(sk, hook) ||
	    !find_missed(sk, FENTRY_ARGUMENT(ctx, 2), hook, behind))
		return 0;
	return trace_packet(ctx, sk, hook, 1);
}

static __always_inline int trace_missed_queued(void *ctx, struct sock *sk, enum packet_hook hook,
					       __u32 behind)
{
	return is_tcp(sk) ? trace_missed(ctx, sk, hook, behind) : 0;
}

/*
 * The programs behind each hook's first one, see second.bpf.h. src/capture/prog_selection.c has as
 * many of them loaded as are needed.
 */
#define BEHIND(program, function, trace, hook, behind) \
	SEC("fentry/" #function)                       \
	int BPF_PROG(program, struct sock *sk)         \
	{                                              \
		return trace(ctx, sk, hook, behind);   \
	}
#define ALL_BEHIND(ordinal, behind)                                                               \
	BEHIND(ordinal##_established, tcp_rcv_established, trace_missed, RCV_ESTABLISHED, behind) \
	BEHIND(ordinal##_state, tcp_rcv_state_process, trace_missed, RCV_STATE_PROCESS, behind)   \
	BEHIND(ordinal##_transmit, __tcp_transmit_skb, trace_missed, TRANSMIT_SKB, behind)        \
	BEHIND(ordinal##_queue_v4, ip_queue_xmit, trace_missed_queued, QUEUE_XMIT_V4, behind)     \
	BEHIND(ordinal##_queue_v6, inet6_csk_xmit, trace_missed_queued, QUEUE_XMIT_V6, behind)

ALL_BEHIND(second, 1)
ALL_BEHIND(third, 2)
ALL_BEHIND(fourth, 3)

#endif

/* Like log_packet(), for the reset that answers `skb`. */
static __always_inline void log_reset(struct sock *sk, struct sk_buff *skb, __u8 state)
{
	struct siftr_flow_state *flow = flow_get(sk);

	if (!flow) {
		count_lost_flow(sk, SIFTR_OUT);
		wake_on_skip();
	} else if (live.ppl == 1) {
		emit_reset(sk, skb, state, flow);
	} else if (first_sampler()) {
		sample_out(sk, skb, flow, state | EMIT_ANSWER);
	} else if (flow_is_due(flow)) {
		emit_reset(sk, skb, state, flow);
	} else {
		skip_sampled(sk, SIFTR_OUT, flow);
	}
}

/*
 * Counts a packet without a socket and, if it is `answered`, the reset in answer to it: neither
 * passes another hook.
 */
static __always_inline void count_no_socket(const struct sk_buff *skb, bool answered)
{
	count_uncaptured(SIFTR_IN, skb_refusal(NULL, skb, SIFTR_IN), SIFTR_SKIPPED_LATE);
	if (answered)
		count_uncaptured(SIFTR_OUT, skb_refusal(NULL, skb, SIFTR_OUT), SIFTR_SKIPPED_LATE);
}

/*
 * Logs or counts the reset that the hooked function sends in answer to `skb`, which it does unless
 * `skb` is a reset itself. `sk` is a full socket, a time-wait socket or NULL; if it is NULL, `skb`
 * is counted as well.
 *
 * A full socket has mostly left the logged states when it answers. In one of these states it is
 * locked, as at the other hooks. The exception is a socket that a listener has just made: it is in
 * SYN_RECV, which is not logged, unless another CPU has brought it to ESTABLISHED within the last
 * few instructions.
 */
static __always_inline int answer_packet(struct sock *sk, struct sk_buff *skb)
{
	bool answered = !skb_is_reset(skb);
	__u32 refusal;
	__u8 state;

	if (!sk) {
		count_no_socket(skb, answered);
		return 0;
	}
	if (!answered)
		return 0;
	state = READ(sk, __sk_common.skc_state);
	refusal = received_refusal(sk, skb, SIFTR_OUT);
	if (refusal != SELECTED || !is_logged_state(state))
		count_uncaptured(SIFTR_OUT, refusal,
				 state == TCP_TIME_WAIT ? SIFTR_SKIPPED_SOCK : SIFTR_SKIPPED_STATE);
	else if (!logs_sent_packets())
		count_outcome(bpf_get_smp_processor_id(), SIFTR_OUT, SIFTR_FILTERED_DIRECTION);
	else
		log_reset(sk, skb, state);
	return 0;
}

SIDE_HOOK(send_reset_v4, tcp_v4_send_reset, struct sock *sk)
{
	return is_tracing() ? answer_packet(hook_sk(ctx, SIDE_FENTRY), hook_skb(ctx, SIDE_FENTRY))
			    : 0;
}

SIDE_HOOK(send_reset_v6, tcp_v6_send_reset, struct sock *sk)
{
	return is_tracing() ? answer_packet(hook_sk(ctx, SIDE_FENTRY), hook_skb(ctx, SIDE_FENTRY))
			    : 0;
}

/*
 * The socket is locked until its congestion control has changed, so that no packet passes before.
 * Its flow is decided anew while tracing is off, too.
 */
SIDE_HOOK(change_cc, tcp_set_congestion_control, struct sock *sk)
{
	forget_verdict(sk);
	return 0;
}

/*
 * Deletes the flow state, the origin and the marks that are kept under the socket's address,
 * because the kernel may reuse the address for another socket, which is another flow. The kernel
 * frees socket storage.
 */
SIDE_HOOK(destroy_sock, tcp_v4_destroy_sock, struct sock *sk)
{
	__u64 key = (__u64)sk;

	if (lines_have_weights())
		emit_rest_of(sk);
	if (live.want_ends)
		emit_end_of(sk);
	slot_release(sk);
	remove_marks(sk);
	if (load_config.flow_storage == SIFTR_FLOW_HASH) {
		bpf_map_delete_elem(&flows_by_address, &key);
		if (load_config.groups & SIFTR_ORIGIN_GROUPS)
			bpf_map_delete_elem(&origins_by_address, &key);
		if (load_config.filters & SIFTR_FILTER_PROCESS)
			bpf_map_delete_elem(&owners_by_address, &key);
	}
	return 0;
}
