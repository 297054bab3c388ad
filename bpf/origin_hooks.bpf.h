/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The programs that note the origin of a connection, see origin.bpf.h: how its handshake went and
 * which process it belongs to. They are loaded only if a group of fields needs them.
 */
#ifndef SIFTR_ORIGIN_HOOKS_BPF_H
#define SIFTR_ORIGIN_HOOKS_BPF_H

#include "capture.bpf.h"
#include "origin.bpf.h"
#include "owner_hooks.bpf.h"
#include "process.bpf.h"
#include "select.bpf.h"

static __always_inline bool origin_is_wanted(const struct sock *sk)
{
	return load_config.groups & SIFTR_ORIGIN_GROUPS && is_tracing() &&
	       match_port(sk) == PORT_MATCHES;
}

/*
 * Notes how a handshake went; called when the socket enters ESTABLISHED. By then total_retrans has
 * counted only retransmissions of the SYN or SYN-ACK, and srtt_us is 8 times the round-trip time of
 * the handshake, or 0 if the kernel has not measured it.
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

/* Notes the running process in the origin: its pid and its name. */
static __always_inline int note_process(struct siftr_origin *origin)
{
	if (!origin || !is_in_process())
		return 0;
	read_current_comm(origin->comm);
	origin->pid = current_pid();
	return 0;
}

/* For the filters by process: the running one now owns the connection. */
static __always_inline void note_owner(struct sock *sk)
{
	if (filters_by(SIFTR_FILTER_PROCESS))
		take_over(sk);
}

/*
 * Notes the process that opens a connection. When tcp_connect() begins, the SYN is not made yet:
 * write_seq is the initial sequence number, and snd_una is not set yet.
 */
SIDE_HOOK(connect, tcp_connect, struct sock *sk)
{
	struct tcp_sock *tp = tcp_sock(sk);

	note_owner(sk);
	return tp && origin_is_wanted(sk) ? note_process(origin_get(sk, READ(tp, write_seq))) : 0;
}

/*
 * Notes the process that sends first, if the owner is not known yet: the connection may be older
 * than the trace. The hook is not tcp_sendmsg(), because that has not locked the socket yet when it
 * begins.
 */
SIDE_HOOK(first_send, tcp_sendmsg_locked, struct sock *sk)
{
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_origin *origin;

	note_owner(sk);
	if (!tp || !origin_is_wanted(sk))
		return 0;
	origin = origin_get(sk, flow_isn(tp, READ(tp, snd_una)));
	return origin && !origin->pid ? note_process(origin) : 0;
}

/*
 * Notes the process that accepts a connection. `sk` is what inet_csk_accept() returned, NULL if it
 * failed. The socket is not locked here, so the initial sequence number cannot be computed from its
 * members: the owner goes to the origin that note_handshake() has made for the socket, if there is
 * one.
 */
static __always_inline int note_accepted(struct sock *sk)
{
	if (!sk)
		return 0;
	note_owner(sk);
	return load_config.groups & SIFTR_ORIGIN_GROUPS ? note_process(origin_lookup(sk)) : 0;
}

#ifdef SIFTR_UNTYPED

SEC("kretprobe/inet_csk_accept")
int BPF_KRETPROBE(accept, struct sock *accepted)
{
	return note_accepted(accepted);
}

#else

/*
 * A fexit program finds the result after the function's arguments: inet_csk_accept() has four
 * before Linux 6.10 and two from then on. Only the program that fits the kernel is loaded.
 */
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
