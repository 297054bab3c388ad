/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What programs at functions in which a process acts on its connection do for the filters by
 * process, see owner.bpf.h. Programs that groups of fields need too are in origin_hooks.bpf.h.
 */
#ifndef SIFTR_OWNER_HOOKS_BPF_H
#define SIFTR_OWNER_HOOKS_BPF_H

#include "flow_filter.bpf.h"
#include "owner.bpf.h"
#include "process.bpf.h"

/*
 * Notes the process that is running on this CPU as the owner. Not all callers have locked the
 * socket, so a packet on another CPU may be decided by the owner before: then `decided_for` is
 * another one than the owner, and the next time that the process acts, this is repeated. A kernel
 * thread is no owner.
 */
static __noinline __attribute__((unused)) int take_over(struct sock *sk)
{
	struct siftr_owner *owner = owner_lookup(sk);
	__u32 pid = current_pid();

	if (owner && owner->pid == pid && owner->decided_for == pid)
		return 0;
	if (!is_in_process())
		return 0;
	owner = owner ?: owner_get(sk);
	if (!owner)
		return 0;
	read_current_comm(owner->comm);
	owner->pid = pid;
	forget_verdict(sk);
	return 0;
}

/* Gives a connection that a listener has made the listener's owner. */
static __always_inline int inherit_owner(struct sock *listener, struct sock *child)
{
	const struct siftr_owner *from = owner_find(listener);
	struct siftr_owner *to = from && child ? owner_get(child) : NULL;

	if (!to || !from)
		return 0;
	to->comm[0] = from->comm[0];
	to->comm[1] = from->comm[1];
	to->pid = from->pid;
	return 0;
}

SIDE_HOOK(receive, tcp_recvmsg, struct sock *sk)
{
	return take_over(sk);
}

SIDE_HOOK(listen, inet_csk_listen_start, struct sock *sk)
{
	return take_over(sk);
}

/* A connection is made when its handshake is over, by Fast Open before that. */
SIDE_HOOK(child, inet_csk_complete_hashdance, struct sock *listener, struct sock *child)
{
	return inherit_owner(listener, child);
}

SIDE_HOOK(early_child, inet_csk_reqsk_queue_add, struct sock *listener, void *request,
	  struct sock *child)
{
	return inherit_owner(listener, child);
}

#endif
