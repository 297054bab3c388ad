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

static __noinline int skip_state(struct sock *sk, __u32 direction)
{
	count(bpf_get_smp_processor_id(), direction, SIFTR_SKIPPED_STATE);
	tell_unlogged();
	flow_reset(sk);
	return 0;
}

/* Only a closed socket has no local port. */
static __noinline int skip_closed(struct sock *sk, __u32 direction)
{
	if (given_up_port_wanted(sk))
		return skip_state(sk, direction);
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
		return skip_closed(sk, direction);
	if (!known_state)
		state = READ(sk, __sk_common.skc_state);
	if (!state_logged(state))
		skip_state(sk, direction);
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

/*
 * Counts only: a time-wait socket has no tcp_sock left to log. A SYN that makes
 * room for a new connection goes on to the listener and is counted there.
 */
static __always_inline int count_timewait(int wanted, __u32 status)
{
	if (!live.on || status == bpf_core_enum_value(enum tcp_tw_status, TCP_TW_SYN))
		return 0;
	count(bpf_get_smp_processor_id(), SIFTR_IN, wanted ? SIFTR_SKIPPED_SOCK : SIFTR_FILTERED);
	if (wanted)
		tell_unlogged();
	return 0;
}

#ifdef SIFTR_KPROBE

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} timewait_wanted SEC(".maps");

/* A return probe has no arguments; nothing comes between the two on one CPU. */
HOOK(timewait_entry, tcp_timewait_state_process)
{
	struct inet_timewait_sock *tw = (void *)ARGUMENT(arguments, 1);
	__u32 wanted = port_wanted((const struct sock *)tw), first = 0;

	bpf_map_update_elem(&timewait_wanted, &first, &wanted, BPF_ANY);
	return 0;
}

SEC("kretprobe/tcp_timewait_state_process")
int BPF_KRETPROBE(timewait, long status)
{
	__u32 first = 0;
	__u32 *wanted = bpf_map_lookup_elem(&timewait_wanted, &first);

	return wanted ? count_timewait(*wanted, status) : 0;
}

#else

/* The function has had three forms, each with its result behind the arguments. */
SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_3, struct inet_timewait_sock *tw, void *skb, void *th, __u64 status)
{
	return count_timewait(port_wanted((const struct sock *)tw), status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_4, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     __u64 status)
{
	return count_timewait(port_wanted((const struct sock *)tw), status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_5, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     void *reason, __u64 status)
{
	return count_timewait(port_wanted((const struct sock *)tw), status);
}

/*
 * Counts only: packets that came while a task owned the socket and were merged
 * into one already waiting reach no hook of their own. After the call such a
 * packet is neither dropped nor the last one waiting. The result is a truth
 * value or a drop reason; its low byte tells either.
 */
static __always_inline int count_merged(struct sock *sk, struct sk_buff *skb, __u8 dropped)
{
	if (live.on && !dropped && sk->sk_backlog.tail != skb && port_wanted(sk))
		count(bpf_get_smp_processor_id(), SIFTR_IN, SIFTR_MERGED);
	return 0;
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_2, struct sock *sk, struct sk_buff *skb, __u64 dropped)
{
	return count_merged(sk, skb, dropped);
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_3, struct sock *sk, struct sk_buff *skb, void *reason, __u64 dropped)
{
	return count_merged(sk, skb, dropped);
}

#endif

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
