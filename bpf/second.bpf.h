/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel skips a program whose guard is taken on that CPU. Each fentry program has a guard of
 * its own, which stays taken while an interrupt or another task has stopped the program; all kprobe
 * programs share one, which stays taken while any of them is stopped. So a hook may have further
 * programs, attached by fentry, which run after its first one ("behind" it): each logs the packet
 * if none before it did. The program that logs a packet leaves a mark for its socket; the socket is
 * locked, so that the programs behind take the mark for this very packet. The last one leaves no
 * mark and removes one that it finds.
 *
 *   first runs:          marks, logs        others: find the mark; the last removes it
 *   first is skipped:                       second: finds no mark, marks, logs
 *   both are skipped:                       third: finds no mark, marks, logs
 *
 * A packet is lost only if all are skipped. A program that finds the mark takes but a moment, in
 * which it is hardly ever stopped. If it is the last one that is skipped, the mark is left over:
 * the next packet of its socket takes it again, and it goes when the socket is destroyed, also
 * while tracing is off.
 *
 * Where only an interrupt can stop a program, that is too rare to pay for a second one with each
 * packet. There a hook has one, which leaves no marks; once the kernel has skipped a run of it,
 * user space attaches the one that leaves marks, which the kernel runs before those that are
 * attached already ("in front"), and then sets SIFTR_FRONT() in live.on. From then on both are as
 * the first and the last above; before, the one in front does nothing. Of a packet between the two
 * at that moment the one in front may not have found the bit; then it has left no mark, and the
 * other deals with the packet, unless a listener received it: one packet without a count.
 */
#ifndef SIFTR_SECOND_BPF_H
#define SIFTR_SECOND_BPF_H

#include "compat.bpf.h"

#ifdef SIFTR_MAPPED_RING
struct siftr_second second SEC(".data.second");

/* A number for a kernel pointer, never 0: `memory` is not where sockets and packets are. */
static __always_inline __u64 number_of(__u64 pointer)
{
	return pointer - (__u64)&memory;
}

/*
 * Returns the hook's mark for a socket, of which `number` is the number_of(); several sockets share
 * a mark. The asm keeps the compiler from computing the mark's address anew for each member.
 */
static __always_inline struct siftr_mark *mark_of(__u64 number, __u32 hook)
{
	struct siftr_mark *mark = &memory.marks[hook][number >> 11 & (SIFTR_MARKS - 1)];

	asm volatile("" : "+r"(mark));
	return mark;
}

/*
 * Leaves the packet to the programs behind the first, because another socket has taken the mark,
 * and counts that. Returns false.
 */
static __noinline bool refuse_first(__u32 hook)
{
	__sync_fetch_and_add(&second.refused[hook], 1);
	return 0;
}

/*
 * A number that tells a packet from earlier ones of its socket, of which a mark may still be there.
 * The address of the skb is not enough, because the next packet often has the same; but by then the
 * kernel has sent or received a packet, which changes tcp_mstamp or segs_out.
 */
static __always_inline __u64 packet_number(struct sock *sk, __u64 skb)
{
	struct tcp_sock *tp = tcp_sock(sk);

	return number_of((__u64)TYPED(skb, struct sk_buff)) +
	       (tp ? (READ(tp, tcp_mstamp) << 24) + READ(tp, segs_out) : 0);
}

/*
 * Stores the packet's number in the mark; returns true. Not inlined, so that the registers it needs
 * are saved only if a hook has three programs or more.
 */
static __noinline bool mark_packet(struct siftr_mark *mark, struct sock *sk, __u64 skb)
{
	*(volatile __u64 *)&mark->packet = packet_number(sk, skb);
	return 1;
}

/*
 * Marks the packet of the socket; false if another socket has taken the mark. The packet's number
 * is needed only if a hook has three programs or more.
 */
static __always_inline bool leave_mark(struct siftr_mark *mark, struct sock *sk, __u64 skb)
{
	__u64 number = number_of((__u64)sk),
	      found = __sync_val_compare_and_swap(&mark->sock, 0, number);

	asm volatile("" : "+r"(found)); /* keeps the comparisons next to their branches */
	if (found && found != number)
		return 0;
	return load_config.seconds > 1 ? mark_packet(mark, sk, skb) : 1;
}

/* Whether the hook's first program is to deal with the packet; if not, those behind it will. */
static __always_inline bool mark_first(struct sock *sk, __u64 skb, __u32 hook)
{
	struct siftr_mark *mark = mark_of(number_of((__u64)sk), hook);

	return leave_mark(mark, sk, skb) || refuse_first(hook);
}

/*
 * Whether a program behind the hook's first one is to deal with the packet, because none before it
 * did. `behind` is 1 for the second program, 2 for the third and so on.
 */
static __always_inline bool find_missed(struct sock *sk, __u64 skb, __u32 hook, __u32 behind)
{
	__u64 number = number_of((__u64)sk);
	struct siftr_mark *mark = mark_of(number, hook);
	bool marked = *(volatile __u64 *)&mark->sock == number, done = marked;

	if (marked && load_config.seconds > 1)
		done = *(volatile __u64 *)&mark->packet == packet_number(sk, skb);
	if (marked && behind == load_config.seconds)
		*(volatile __u64 *)&mark->sock = 0;
	if (done || (behind < load_config.seconds && !leave_mark(mark, sk, skb)))
		return 0;
	__sync_fetch_and_add(&second.rescued[hook], 1);
	return 1;
}

/*
 * Like find_missed() for the last of two programs, of which the other was put in front: whether
 * that has not dealt with the packet. No function is called, see trace() in siftr.bpf.c.
 */
static __always_inline bool find_left_by_front(struct sock *sk, __u32 hook)
{
	__u64 number = number_of((__u64)sk);
	struct siftr_mark *mark = mark_of(number, hook);

	if (*(volatile __u64 *)&mark->sock == number) {
		*(volatile __u64 *)&mark->sock = 0;
		return 0;
	}
	__sync_fetch_and_add(&second.rescued[hook], 1);
	return 1;
}

/*
 * Removes the marks that are left over for a socket whose last packet has passed. Others would find
 * them taken for as long as no socket has its address again.
 */
static __always_inline void remove_marks(struct sock *sk)
{
	__u64 number = number_of((__u64)sk);

	if (!load_config.seconds && live.on <= SIFTR_FILTERING)
		return;
#pragma unroll
	for (__u32 hook = 0; hook < SIFTR_SECOND_HOOKS; hook++) {
		struct siftr_mark *mark = mark_of(number, hook);

		if (*(volatile __u64 *)&mark->sock == number)
			*(volatile __u64 *)&mark->sock = 0;
	}
}

#else

static __always_inline void remove_marks(struct sock *sk)
{
}

#endif

#endif
