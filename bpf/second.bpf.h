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
 * while tracing is off. If the first program is skipped for that next packet, those behind must not
 * take the mark for this packet's; so a mark has a number that tells packets of a socket apart.
 * Without it an interrupt in the last program, which sends for a hundred sockets, and one in the
 * first, when the same sockets send again, made a hundred packets missed.
 *
 * Where only an interrupt can stop a program, that is too rare to pay for a second one with each
 * packet. There a hook has one, which leaves no marks; once the kernel has skipped a run of it, or
 * there are many connections, user space attaches the one that leaves marks, which the kernel runs
 * before those that are attached already ("in front"), and then sets SIFTR_FRONT() in live.on. From
 * then on both are as the first and the last above; before, the one in front does nothing. Of a
 * packet between the two at that moment the one in front may not have found the bit; then it has
 * left no mark, and the other deals with the packet, unless a listener received it: one packet
 * without a count.
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
 * a mark. The asm keeps the compiler from computing the mark's address anew for each access.
 */
static __always_inline volatile __u64 *mark_of(__u64 number, __u32 hook)
{
	volatile __u64 *mark = &memory.marks[hook][number >> 11 & (SIFTR_MARKS - 1)];

	asm volatile("" : "+r"(mark));
	return mark;
}

/* The kernel aligns packets to 64 bytes at least. */
static __always_inline __u64 address_number(__u64 skb)
{
	return number_of((__u64)TYPED(skb, struct sk_buff)) >> 6;
}

/* Whether the hooks have one program alone, in front of which another may be put. */
static __always_inline bool may_get_front(void)
{
#ifdef SIFTR_KPROBE
	return 0;
#else
	return load_config.fronts;
#endif
}

/*
 * A number of which 16 bits tell a packet from the one before it of its socket, and which is the
 * same for all programs that the packet passes: what is asked changes only under the socket's lock.
 * That is how many packets the socket has sent, and the time at which it last sent or received one;
 * how many it has received other CPUs count as well while the packet is dealt with. Packets that
 * came together may have been received in one microsecond, but they exist at the same time, so that
 * their addresses differ. That matters only if a hook has three programs or more.
 *
 * A hook that gets a program in front has the address alone, because no function may be called
 * there, see trace() in siftr.bpf.c. A packet may have the address of the one before.
 */
static __always_inline __u64 packet_number(struct sock *sk, __u64 skb, __u32 hook)
{
	struct tcp_sock *tp;

	if (may_get_front())
		return address_number(skb);
	tp = tcp_sock(sk);
	if (!tp)
		return 0;
	if (hook >= SIFTR_FIRST_SENDING_HOOK)
		return READ(tp, segs_out);
	if (load_config.seconds == 1)
		return READ(tp, tcp_mstamp);
	/* The product has a later packet at a lower address get another number. */
	return READ(tp, tcp_mstamp) * 40503 + address_number(skb);
}

/*
 * What a mark has for a packet of a socket: its upper 16 bits are of the packet's number, the
 * others of the socket's, and never 0.
 */
static __always_inline __u64 mark_value(__u64 number, __u64 packet)
{
	return number + (packet << 48);
}

/* Whether a mark is for a packet of the socket of `value`. */
static __always_inline bool is_of_socket(__u64 mark, __u64 value)
{
	return !((mark ^ value) << 16);
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

/* Marks the packet of the socket; false if another socket has taken the mark. */
static __always_inline bool leave_mark(volatile __u64 *mark, __u64 value)
{
	__u64 found = __sync_val_compare_and_swap(mark, 0, value);

	asm volatile("" : "+r"(found)); /* keeps the comparisons next to their branches */
	if (!found)
		return 1;
	if (!is_of_socket(found, value))
		return 0;
	*mark = value;
	return 1;
}

/* Whether the hook's first program is to deal with the packet; if not, those behind it will. */
static __always_inline bool mark_first(struct sock *sk, __u64 skb, __u32 hook)
{
	__u64 packet = packet_number(sk, skb, hook), number = number_of((__u64)sk);

	return leave_mark(mark_of(number, hook), mark_value(number, packet)) || refuse_first(hook);
}

/*
 * Whether a program behind the hook's first one is to deal with the packet, because none before it
 * did. `behind` is 1 for the second program, 2 for the third and so on.
 */
static __always_inline bool find_missed(struct sock *sk, __u64 skb, __u32 hook, __u32 behind)
{
	__u64 packet = packet_number(sk, skb, hook), number = number_of((__u64)sk),
	      value = mark_value(number, packet), found;
	bool is_last = behind == load_config.seconds;
	volatile __u64 *mark = mark_of(number, hook);

	found = *mark;
	if (found == value) {
		if (is_last)
			*mark = 0;
		return 0;
	}
	if (!is_last) {
		if (!leave_mark(mark, value))
			return 0;
	} else if (is_of_socket(found, value)) {
		*mark = 0;
	}
	__sync_fetch_and_add(&second.rescued[hook], 1);
	return 1;
}

/*
 * Like find_missed() for the last of two programs, of which the other was put in front: whether
 * that has not dealt with the packet. No function is called, see packet_number().
 */
static __always_inline bool find_left_by_front(struct sock *sk, __u64 skb, __u32 hook)
{
	__u64 number = number_of((__u64)sk), differs;
	volatile __u64 *mark = mark_of(number, hook);

	differs = *mark ^ mark_value(number, address_number(skb));
	if (is_of_socket(differs, 0))
		*mark = 0;
	if (!differs)
		return 0;
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
		volatile __u64 *mark = mark_of(number, hook);

		if (is_of_socket(*mark, number))
			*mark = 0;
	}
}

#else

static __always_inline void remove_marks(struct sock *sk)
{
}

#endif

#endif
