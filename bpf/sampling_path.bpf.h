/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The short paths of a packet that samplers may choose, of a flow that has a slot, see
 * siftr_sampling.path. A packet that is left out needs no register that a program has to save, and
 * is counted once, in its slot: that is its part both of the accounting and of the weight of the
 * flow's next line.
 */
#ifndef SIFTR_SAMPLING_PATH_BPF_H
#define SIFTR_SAMPLING_PATH_BPF_H

#include "hooked.bpf.h"
#include "sampling.bpf.h"

/*
 * Whether nothing is due but to count a packet that was left out, and has been counted: one
 * comparison tells that its flow is listed, live.file, and that nobody waits for a packet,
 * live.want_packet in the half above.
 */
static __always_inline bool skip_is_done(const struct siftr_flow_state *flow)
{
	const volatile __u64 *file;

	asm volatile("%[file] = live+%[offset] ll"
		     : [file] "=r"(file)
		     : [offset] "i"(offsetof(struct siftr_live, file)));
	return flow->file == *file;
}

/* `how`: the connection's state, or 0 if it is to be read, and SAMPLE_OUT. */
static __always_inline int emit_chosen(struct sock *sk, struct sk_buff *skb,
				       struct siftr_flow_state *flow, __u32 how)
{
	if (!(__u8)how)
		how |= READ(sk, __sk_common.skc_state);
	return emit_sampled(sk, skb, flow, how);
}

/* Both take the hook's arguments where they are needed, so that these need not be kept before. */
#define PATH_ENDS(name, fentry)                                                             \
	static __noinline __attribute__((unused)) int finish_skip_##name(                   \
		void *ctx, struct siftr_flow_state *flow, __u32 direction)                  \
	{                                                                                   \
		return finish_skip(hook_sk(ctx, fentry), direction, flow);                  \
	}                                                                                   \
	static __noinline __attribute__((unused)) int emit_chosen_##name(                   \
		void *ctx, struct siftr_flow_state *flow, __u32 how)                        \
	{                                                                                   \
		return emit_chosen(hook_sk(ctx, fentry), hook_skb(ctx, fentry), flow, how); \
	}
PATH_ENDS(first, 0)
PATH_ENDS(behind, 1)
#undef PATH_ENDS

/* What is due after a packet was left out and counted. */
static __always_inline void finish_skip_at(const struct hooked *packet, void *ctx, __u32 direction)
{
	if (packet->fentry)
		finish_skip_behind(ctx, packet->flow, direction);
	else
		finish_skip_first(ctx, packet->flow, direction);
}

/* Counts a packet that is left out in the slot of its flow; returns skip_is_done(). */
static __always_inline bool hold_packet(struct siftr_flow_state *flow, __u32 direction)
{
	count_at(&flow->held[direction]);
	return __builtin_expect(skip_is_done(flow), 1);
}

/* tcp_sock() of the packet's socket, after which only packet->flow is as it was. */
static __always_inline struct tcp_sock *tcp_sock_of_flow(struct hooked *packet)
{
	struct siftr_flow_state *volatile flow = packet->flow;
	struct tcp_sock *tp = tcp_sock(packet->sk);

	packet->flow = flow;
	return tp;
}

/*
 * The value that --on-change alone watches, `path` says which, differs from that of the flow's last
 * line. Each value has a call of tcp_sock() of its own, after which `path` need not be known; the
 * asm keeps the compiler from making one of them. The state is known without.
 */
static __always_inline bool one_differs(struct hooked *packet, __u32 path)
{
	const struct inet_connection_sock *icsk __attribute__((unused));
	const struct sock *sk __attribute__((unused));
	const __u8 state = 0; /* below, where it is not watched */
	const struct tcp_sock *tp;

	if (path == SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_conn_state)
		return packet->flow->watched[SIFTR_WATCH_conn_state] != hooked_state(packet);
#define WATCHED(name, alias, read)                                                 \
	if (path == SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_##name) {                   \
		asm volatile("" : : "i"(SIFTR_WATCH_##name));                      \
		tp = tcp_sock_of_flow(packet);                                     \
		if (!tp)                                                           \
			return 0;                                                  \
		icsk = tcp_inet_csk(tp);                                           \
		sk = tcp_base_sock(tp);                                            \
		return packet->flow->watched[SIFTR_WATCH_##name] != (__u32)(read); \
	}
#include <siftr/watched.def>
#undef WATCHED
	return 0;
}

/* Whether the time of --every is over; afterwards only packet->flow is as it was. */
static __always_inline bool time_is_over(struct hooked *packet)
{
	struct siftr_flow_state *volatile flow = packet->flow;
	__u64 now = bpf_jiffies64();

	packet->flow = flow;
	if (now < packet->flow->early_jiffies)
		return 0;
	now = bpf_ktime_get_ns();
	packet->flow = flow;
	return time_has_passed(packet->flow, now);
}

/*
 * Whether the only sampler that is on chooses the packet. Each `path` that is compared with is
 * constant once loaded: the verifier leaves one path without a branch.
 */
static __always_inline bool path_chooses(struct hooked *packet, __u32 path)
{
	return path == SIFTR_SAMPLER_EVERY ? time_is_over(packet) : one_differs(packet, path);
}

/* Makes a record of the packet, which its own line stands for as well. */
static __always_inline void log_chosen(const struct hooked *packet, void *ctx, __u32 direction)
{
	__u32 how = packet->known_state | (direction == SIFTR_OUT ? SAMPLE_OUT : 0);

	if (packet->fentry)
		emit_chosen_behind(ctx, packet->flow, how);
	else
		emit_chosen_first(ctx, packet->flow, how);
}

/*
 * ppl with weights: packets_since_line counts what both need. So the slot does not count a packet
 * that is left out, and the accounting has a count apart.
 */
static __always_inline void log_counted(const struct hooked *packet, __u32 direction)
{
	packet->flow->direction = direction;
	if (++packet->flow->packets_since_line >= live.ppl) {
		log_chosen(packet, packet->ctx, direction);
		return;
	}
	count_in_set(stack_counters(packet->ctx), direction, SIFTR_SAMPLED);
	if (!__builtin_expect(skip_is_done(packet->flow), 1))
		finish_skip_at(packet, packet->ctx, direction);
}

/*
 * Lets the sampler decide; `counted`: lines have weights. That leaving out is what is not expected
 * has the compiler put it behind all samplers, so that none has to jump over it.
 */
static __always_inline void log_unless_held(struct hooked *packet, __u32 direction, __u32 path,
					    bool counted)
{
	void *volatile ctx = packet->ctx; /* loaded only if it is needed */

	if (__builtin_expect(path_chooses(packet, path), 1)) {
		packet->flow->packets_since_line++;
		if (counted)
			packet->flow->direction = direction;
		log_chosen(packet, ctx, direction);
		return;
	}
	if (counted)
		packet->flow->direction = direction;
	if (!hold_packet(packet->flow, direction))
		finish_skip_at(packet, ctx, direction);
}

/*
 * Several samplers are asked in a function: in the hooks' programs, which have it in many places,
 * it would be most of the code, to save a tenth of what they cost. What is left out is counted in
 * the slot, as above, unless ppl or weights have it counted as in log_counted().
 */
static __always_inline int sample_several(void *ctx, struct siftr_flow_state *flow, __u32 direction,
					  __u32 how, bool fentry)
{
	void *volatile saved_ctx = ctx;
	volatile __u64 saved_how = how; /* 8 bytes: of fewer the verifier forgets the range */
	__u32 sampler = first_sampler();
	bool chosen = is_due(flow, direction, &sampler) || state_chooses(flow, saved_how, &sampler);

	if (!chosen && sampler != SIFTR_SAMPLER_NONE)
		chosen = socket_chooses(flow, tcp_sock(hook_sk(saved_ctx, fentry)),
					hook_skb(saved_ctx, fentry), direction, 0, sampler);
	ctx = saved_ctx;
	if (chosen)
		return emit_sampled(hook_sk(ctx, fentry), hook_skb(ctx, fentry), flow,
				    direction == SIFTR_OUT ? saved_how | SAMPLE_OUT : saved_how);
	if (first_sampler() == SIFTR_SAMPLER_COUNT)
		count_in_set(stack_counters(ctx), direction, SIFTR_SAMPLED);
	else
		count_at(&flow->held[direction]);
	return skip_is_done(flow) ? 0 : finish_skip(hook_sk(ctx, fentry), direction, flow);
}

#define SAMPLE_SEVERAL(name, direction, fentry)                           \
	static __noinline __attribute__((unused)) int sample_##name(      \
		void *ctx, struct siftr_flow_state *flow, __u32 how)      \
	{                                                                 \
		return sample_several(ctx, flow, direction, how, fentry); \
	}
SAMPLE_SEVERAL(first_in, SIFTR_IN, 0)
SAMPLE_SEVERAL(first_out, SIFTR_OUT, 0)
SAMPLE_SEVERAL(behind_in, SIFTR_IN, 1)
SAMPLE_SEVERAL(behind_out, SIFTR_OUT, 1)
#undef SAMPLE_SEVERAL

static __always_inline void log_several(const struct hooked *packet, __u32 direction)
{
	if (direction == SIFTR_IN && packet->fentry)
		sample_behind_in(packet->ctx, packet->flow, hooked_state(packet));
	else if (direction == SIFTR_IN)
		sample_first_in(packet->ctx, packet->flow, hooked_state(packet));
	else if (packet->fentry)
		sample_behind_out(packet->ctx, packet->flow, hooked_state(packet));
	else
		sample_first_out(packet->ctx, packet->flow, hooked_state(packet));
}

/*
 * Lets the samplers that are on decide on the packet, `path` says by which code. With weights one
 * sampler has code of its own: the verifier would leave the comparison that chose between ways
 * which meet again.
 */
static __always_inline void log_by_path(struct hooked *packet, __u32 direction, __u32 path)
{
	if (path == SIFTR_PATH_SEVERAL)
		log_several(packet, direction);
	else if (path == SIFTR_SAMPLER_COUNT)
		log_counted(packet, direction);
	else if (path >= SIFTR_PATH_COUNTED)
		log_unless_held(packet, direction, path - SIFTR_PATH_COUNTED, 1);
	else
		log_unless_held(packet, direction, path, 0);
}

#endif
