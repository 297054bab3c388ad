/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The samplers beside ppl: --every, --on-change and --keep. Each looks at a packet before anything
 * of it is captured; the packet becomes a line if any of them, or ppl, chooses it. What they
 * compare with is that of the flow's last line, remembered in its state once the line's record is
 * in a ring. The verifier removes the code of samplers that are off.
 */
#ifndef SIFTR_SAMPLING_BPF_H
#define SIFTR_SAMPLING_BPF_H

#include "emit.bpf.h"
#include "flow_state.bpf.h"
#include "packet_fields.bpf.h"
#include "ring.bpf.h"
#include "state_fields.bpf.h"

/* A bit added to a state, beside EMIT_ANSWER: the packet is sent. */
#define SAMPLE_OUT 0x200

#define RECOVERY_TLP 0x100 /* a bit added to ca_state: a tail loss probe is under way */

/* Lists the flow of a packet that has been counted, and wakes the consumer, if either is due. */
static __always_inline int finish_skip(struct sock *sk, __u32 direction,
				       struct siftr_flow_state *flow)
{
	if (flow->file != live.file)
		list_flow(sk, direction, flow);
	wake_on_skip();
	return 0;
}

static __always_inline void skip_sampled(struct sock *sk, __u32 direction,
					 struct siftr_flow_state *flow)
{
	count_outcome(bpf_get_smp_processor_id(), direction, SIFTR_SAMPLED);
	finish_skip(sk, direction, flow);
}

/*
 * The settings by which a packet goes from a sampler to the next one that is on. All of them are
 * constant once loaded: along the only path that the verifier finds, a packet pays for one load for
 * each sampler that is on, and nothing for the others. Of bits in a mask the verifier would leave
 * all the masking. The asm keeps the compiler from loading their address anew for each sampler;
 * only after a call of a helper it has to be.
 */
static __always_inline const volatile struct siftr_sampling *sampling_settings(void)
{
	const volatile struct siftr_sampling *sampling = &load_config.sampling;

	asm volatile("" : "+r"(sampling));
	return sampling;
}

/*
 * Goes from *sampler on through those that need the connection's state alone; returns whether one
 * chooses the packet.
 */
static __always_inline bool state_chooses(const struct siftr_flow_state *flow, __u8 state,
					  __u32 *sampler)
{
	const volatile struct siftr_sampling *sampling = sampling_settings();

	if (*sampler == SIFTR_SAMPLER_CLOSE) {
		if (state != TCP_ESTABLISHED)
			return 1;
		*sampler = sampling->next[SIFTR_SAMPLER_CLOSE];
	}
	if (*sampler == SIFTR_SAMPLER_OPEN) {
		if (state == TCP_ESTABLISHED && flow->recovery == NO_RECOVERY)
			return 1;
		*sampler = sampling->next[SIFTR_SAMPLER_OPEN];
	}
	if (*sampler == SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_conn_state) {
		if (flow->watched[SIFTR_WATCH_conn_state] != state)
			return 1;
		*sampler = sampling->next[SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_conn_state];
	}
	return 0;
}

/*
 * Goes from *sampler on through the values that --on-change names, after the state, as long as they
 * are those of the flow's last line. Returns whether one differs.
 */
static __always_inline bool watched_differ(const struct siftr_flow_state *flow,
					   const struct tcp_sock *tp,
					   const volatile struct siftr_sampling *sampling,
					   __u32 *sampler)
{
	const struct inet_connection_sock *icsk __attribute__((unused)) = tcp_inet_csk(tp);
	const struct sock *sk __attribute__((unused)) = tcp_base_sock(tp);
	const __u8 state = 0; /* never asked for here */

#define WATCHED(name, alias, read)                                                    \
	if (*sampler == SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_##name) {                  \
		if (flow->watched[SIFTR_WATCH_##name] != (__u32)(read))               \
			return 1;                                                     \
		*sampler = sampling->next[SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_##name]; \
	}
#include <siftr/watched.def>
#undef WATCHED
	return 0;
}

/* The state of loss recovery, in which a change is kept by --keep loss. */
static __always_inline __u32 recovery_of(const struct tcp_sock *tp)
{
	return tcp_ca_state(tcp_inet_csk(tp)) | (READ(tp, tlp_high_seq) ? RECOVERY_TLP : 0);
}

/*
 * Whether there is a loss. A change of recovery is found by comparing with the last line: each
 * change makes a line, so that no packet since then can have had another state.
 */
static __always_inline bool is_loss(const struct siftr_flow_state *flow, const struct tcp_sock *tp,
				    const struct sk_buff *skb, __u32 direction, bool answer)
{
	return flow->recovery != recovery_of(tp) ||
	       (direction == SIFTR_OUT && packet_is_retransmit(tp, skb, direction, answer));
}

/* Whether --keep chooses the packet by more than its connection's state. */
static __always_inline bool is_kept(const struct siftr_flow_state *flow, const struct tcp_sock *tp,
				    const struct sk_buff *skb, __u32 direction, bool answer,
				    const volatile struct siftr_sampling *sampling, __u32 sampler)
{
	if (sampler == SIFTR_SAMPLER_ZERO_WINDOW) {
		if (!READ(tp, snd_wnd) || !READ(tp, rcv_wnd))
			return 1;
		sampler = sampling->next[SIFTR_SAMPLER_ZERO_WINDOW];
	}
	if (sampler == SIFTR_SAMPLER_LOSS) {
		if (is_loss(flow, tp, skb, direction, answer))
			return 1;
		sampler = sampling->next[SIFTR_SAMPLER_LOSS];
	}
	return sampler == SIFTR_SAMPLER_RST &&
	       (answer || raw_flags(skb, direction, answer) & TCPHDR_RST);
}

/* Whether one of the samplers from `sampler` on, which need more than the state, chooses it. */
static __always_inline bool socket_chooses(const struct siftr_flow_state *flow,
					   const struct tcp_sock *tp, const struct sk_buff *skb,
					   __u32 direction, bool answer, __u32 sampler)
{
	const volatile struct siftr_sampling *sampling = sampling_settings();

	if (!tp)
		return 0;
	if (watched_differ(flow, tp, sampling, &sampler))
		return 1;
	return sampler != SIFTR_SAMPLER_NONE &&
	       is_kept(flow, tp, TYPED(skb, struct sk_buff), direction, answer, sampling, sampler);
}

/* Whether the time of --every has passed by the clock; it has for the flow's first packet. */
static __always_inline bool time_has_passed(const struct siftr_flow_state *flow, __u64 now_ns)
{
	return !flow->line_ns || now_ns - flow->line_ns >= load_config.sampling.every_ns;
}

/*
 * Goes from *sampler on through those that need nothing of the connection; returns whether one
 * chooses the packet. Where packets are counted for weights alone, ppl is SIFTR_NO_PPL, which a
 * count may reach as well.
 */
static __always_inline bool is_due(struct siftr_flow_state *flow, __u32 direction, __u32 *sampler)
{
	const volatile struct siftr_sampling *sampling = &load_config.sampling;

	if (*sampler == SIFTR_SAMPLER_COUNT) {
		flow->direction = direction;
		if (++flow->packets_since_line >= live.ppl)
			return 1;
		*sampler = sampling->next[SIFTR_SAMPLER_COUNT];
	}
	if (*sampler == SIFTR_SAMPLER_EVERY) {
		if (bpf_jiffies64() >= flow->early_jiffies &&
		    time_has_passed(flow, bpf_ktime_get_ns()))
			return 1;
		*sampler = sampling->next[SIFTR_SAMPLER_EVERY];
	}
	return 0;
}

/* Not inlined, so that refusing a packet needs no register for what is remembered. */
static __noinline int remember_line(struct siftr_flow_state *flow, struct sock *sk, __u32 state)
{
	const struct tcp_sock *tp = tcp_sock(sk);
	const struct inet_connection_sock *icsk __attribute__((unused)) = tcp_inet_csk(tp);
	const volatile struct siftr_sampling *sampling = &load_config.sampling;
	__u32 sampler = first_sampler();

	if (!tp)
		return 0;
	flow_restart_weight(flow);
	flow->recovery = recovery_of(tp);
	if (sampler == SIFTR_SAMPLER_COUNT)
		sampler = sampling->next[SIFTR_SAMPLER_COUNT];
	if (sampler == SIFTR_SAMPLER_EVERY) {
		/* The ticks come first: this program may be held up before the clock is read. */
		flow->early_jiffies = bpf_jiffies64() + load_config.sampling.every_ticks;
		flow->line_ns = bpf_ktime_get_ns();
		sampler = sampling->next[SIFTR_SAMPLER_EVERY];
	}
	if (sampler == SIFTR_SAMPLER_CLOSE)
		sampler = sampling->next[SIFTR_SAMPLER_CLOSE];
	if (sampler == SIFTR_SAMPLER_OPEN)
		sampler = sampling->next[SIFTR_SAMPLER_OPEN];
#define WATCHED(name, alias, read)                                                   \
	if (sampler == SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_##name) {                  \
		flow->watched[SIFTR_WATCH_##name] = (read);                          \
		sampler = sampling->next[SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_##name]; \
	}
#include <siftr/watched.def>
#undef WATCHED
	return 0;
}

static __noinline int emit_sampled(struct sock *sk, struct sk_buff *skb,
				   struct siftr_flow_state *flow, __u32 how)
{
	__u8 state = how;

	if (how & EMIT_ANSWER)
		emit_reset(sk, skb, state, flow);
	else if (how & SAMPLE_OUT)
		emit_out(sk, skb, state, flow);
	else
		emit_in(sk, skb, state, flow);
	if (flow->file)
		remember_line(flow, sk, state);
	return 0;
}

/*
 * Makes a record of the packet if a sampler chooses it. `how` is the connection's state, to which
 * EMIT_ANSWER may be added. The flow may have no slot.
 */
static __always_inline int sample(struct sock *sk, struct sk_buff *skb,
				  struct siftr_flow_state *flow, __u32 direction, __u32 how)
{
	volatile __u64 saved_how = how; /* 8 bytes: of fewer the verifier forgets the range */
	__u32 sampler = first_sampler();
	bool chosen = is_due(flow, direction, &sampler) || state_chooses(flow, how, &sampler);

	if (!chosen && sampler != SIFTR_SAMPLER_NONE)
		chosen = socket_chooses(flow, tcp_sock(sk), skb, direction, how & EMIT_ANSWER,
					sampler);
	if (chosen)
		return emit_sampled(sk, skb, flow,
				    direction == SIFTR_OUT ? saved_how | SAMPLE_OUT : saved_how);
	skip_sampled(sk, direction, flow);
	return 0;
}

static __noinline __attribute__((unused)) int sample_in(struct sock *sk, struct sk_buff *skb,
							struct siftr_flow_state *flow, __u32 how)
{
	return sample(sk, skb, flow, SIFTR_IN, how);
}

static __noinline __attribute__((unused)) int sample_out(struct sock *sk, struct sk_buff *skb,
							 struct siftr_flow_state *flow, __u32 how)
{
	return sample(sk, skb, flow, SIFTR_OUT, how);
}

#endif
