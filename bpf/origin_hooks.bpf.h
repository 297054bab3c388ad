/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The programs that note what is known of a connection from other moments than those of its
 * packets, see origin.bpf.h. They are loaded only if a group of fields needs them.
 */
#ifndef SIFTR_ORIGIN_HOOKS_BPF_H
#define SIFTR_ORIGIN_HOOKS_BPF_H

#include "capture.bpf.h"
#include "origin.bpf.h"
#include "select.bpf.h"

#define PF_KTHREAD 0x00200000 /* linux/sched.h */

static __always_inline bool origin_is_wanted(const struct sock *sk)
{
	return live.on && sock_port_matches(sk);
}

/*
 * Called when a handshake ends, before the first packet that is logged: total_retrans counts only
 * the SYN or SYN-ACK as yet, and srtt_us is its round-trip time, times 8, or 0.
 */
static __always_inline int note_handshake(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_origin *origin;

	if (!tp || !origin_is_wanted(sk))
		return 0;
	origin = origin_get(sk, flow_isn(tp, READ(tp, snd_una)));
	if (!origin)
		return 0;
	origin->syn_retrans = READ(tp, total_retrans);
	origin->handshake_srtt = READ(tp, srtt_us);
	origin->handshake_seen = 1;
	return 0;
}

SIDE_HOOK(handshake, tcp_set_state, struct sock *sk, int state)
{
	return state == TCP_ESTABLISHED ? note_handshake(sk) : 0;
}

/*
 * Notes the process that runs, by its number and its first thread's name. A thread of the kernel,
 * such as the one that opens further subflows of MPTCP, is nobody's.
 */
static __always_inline int note_owner(struct siftr_origin *origin)
{
	const struct task_struct *task = (const void *)bpf_get_current_task(), *leader;

	if (!origin || BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return 0;
	leader = BPF_CORE_READ(task, group_leader);
	origin->comm[0] = origin->comm[1] = 0;
	bpf_probe_read_kernel_str(origin->comm, sizeof(origin->comm), &leader->comm);
	origin->pid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}

/* Until its SYN has been acknowledged, a connection's write_seq is its initial sequence number. */
SIDE_HOOK(connect, tcp_connect, struct sock *sk)
{
	struct tcp_sock *tp = tcp_sock(sk);

	return tp && origin_is_wanted(sk) ? note_owner(origin_get(sk, READ(tp, write_seq))) : 0;
}

/*
 * For processes that had the connection before the trace began. The socket is locked, as it is not
 * yet in tcp_sendmsg().
 */
SIDE_HOOK(first_send, tcp_sendmsg_locked, struct sock *sk)
{
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_origin *origin;

	if (!tp || !origin_is_wanted(sk))
		return 0;
	origin = origin_get(sk, flow_isn(tp, READ(tp, snd_una)));
	return origin && !origin->pid ? note_owner(origin) : 0;
}

/*
 * Called with what inet_csk_accept() returns: a socket whose handshake has been noted, or NULL. It
 * is not locked here, so that its sequence numbers cannot be read together.
 */
static __always_inline int note_accepted(struct sock *sk)
{
	return sk ? note_owner(origin_lookup(sk)) : 0;
}

#ifdef SIFTR_UNTYPED

SEC("kretprobe/inet_csk_accept")
int BPF_KRETPROBE(accept, struct sock *accepted)
{
	return note_accepted(accepted);
}

#else

/* inet_csk_accept() has four arguments and, from Linux 6.10 on, two. */
SEC("fexit/inet_csk_accept")
int BPF_PROG(accept_2, struct sock *sk, void *argument, struct sock *accepted)
{
	return note_accepted(accepted);
}

SEC("fexit/inet_csk_accept")
int BPF_PROG(accept_4, struct sock *sk, int flags, void *error, bool kern, struct sock *accepted)
{
	return note_accepted(accepted);
}

#endif

#endif
