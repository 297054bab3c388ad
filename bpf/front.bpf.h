/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a hook's first program asks about one that user space may have put in front of it, see
 * second.bpf.h, and for which sockets either may leave marks.
 */
#ifndef SIFTR_FRONT_BPF_H
#define SIFTR_FRONT_BPF_H

#include "second.bpf.h"
#include "trace.bpf.h"

#ifdef SIFTR_MAPPED_RING

/*
 * Whether the socket is locked at the hook. A listener is not: several CPUs may be at work on it,
 * so that no mark (see second.bpf.h) can be left for it. A closed socket counts as not locked: it
 * may be a listener that another CPU has closed since the program before this one, and all programs
 * that a packet passes must find the same. Neither is ever logged.
 */
static __always_inline bool is_locked(const struct sock *sk, enum packet_hook hook)
{
	__u8 state;

	if (hook != RCV_STATE_PROCESS)
		return 1;
	state = READ(sk, __sk_common.skc_state);
	return state != TCP_LISTEN && state != TCP_CLOSE;
}

/* Whether a program in front is at work, and has not dealt with the packet. */
static __always_inline bool is_left_by_front(struct sock *sk, __u64 skb, enum packet_hook hook)
{
	return is_locked(sk, hook) && find_left_by_front(sk, skb, hook);
}

/* Whether a program in front of the hook's is at work, which then sees the packets first. */
static __always_inline bool has_front(__u32 on, enum packet_hook hook)
{
	return may_get_front() && on & SIFTR_FRONT(hook);
}

#else

static __always_inline bool is_left_by_front(struct sock *sk, __u64 skb, enum packet_hook hook)
{
	return 0;
}

static __always_inline bool has_front(__u32 on, enum packet_hook hook)
{
	return 0;
}

#endif

#endif
