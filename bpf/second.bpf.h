/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A kprobe does not run while its CPU runs another one: an interrupt in the middle of it brings
 * packets that it misses. So each hook has a second program, attached by fentry, which the kernel
 * calls right after the kprobe, and which logs what that did not. The kprobe leaves a mark for the
 * socket; the socket is locked, so that the mark is of this very packet.
 *
 *   kprobe runs:          marks, logs        fentry: finds the mark, removes it
 *   kprobe is missed:                        fentry: finds no mark, logs
 *
 * A packet is lost only if both are missed. fentry is when a task was preempted inside the same
 * program, which takes but a moment where it finds the mark.
 */
#ifndef SIFTR_SECOND_BPF_H
#define SIFTR_SECOND_BPF_H

#include "compat.bpf.h"

#ifdef SIFTR_CAST

struct siftr_second second SEC(".data.second");

/* A mark that so many found taken was left behind: its packet was missed by the second program. */
#define STALE_AFTER 100000

/* Never 0: the memory is not where sockets are. */
static __always_inline __u64 sock_number(struct sock *sk)
{
	return (__u64)sk - (__u64)&memory;
}

static __always_inline struct siftr_mark *mark_of(__u64 number, __u32 hook)
{
	return &memory.marks[hook][number >> 11 & (SIFTR_MARKS - 1)];
}

static __always_inline bool refuse_first(struct siftr_mark *mark, __u32 hook)
{
	if (__sync_fetch_and_add(&mark->refused, 1) >= STALE_AFTER)
		mark->sock = mark->refused = 0;
	__sync_fetch_and_add(&second.refused[hook], 1);
	return 0;
}

/* Whether the first program is to deal with the packet; if not the second one will. */
static __always_inline bool mark_first(struct sock *sk, __u32 hook)
{
	__u64 number = sock_number(sk), found;
	struct siftr_mark *mark = mark_of(number, hook);

	if (!(load_config.seconds & 1U << hook))
		return 1;
	found = __sync_val_compare_and_swap(&mark->sock, 0, number);

	return !found || found == number || refuse_first(mark, hook);
}

/* Whether the second program is to deal with it. */
static __always_inline bool find_missed(struct sock *sk, __u32 hook)
{
	__u64 number = sock_number(sk);
	struct siftr_mark *mark = mark_of(number, hook);

	if (!live.on)
		return 0;
	if (*(volatile __u64 *)&mark->sock == number) {
		*(volatile __u64 *)&mark->sock = 0;
		return 0;
	}
	__sync_fetch_and_add(&second.rescued[hook], 1);
	return 1;
}

#else

static __always_inline bool mark_first(struct sock *sk, __u32 hook)
{
	return 1;
}

#endif

#endif
