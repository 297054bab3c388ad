/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Hides the differences between the ways of attaching.
 *
 * Why READ and HOOK exist: siftr.bpf.c is compiled for several ways of attaching. fentry programs
 * get typed pointers and may load through them directly, the cheapest way. kprobe programs get
 * plain numbers in registers: bpf_rdonly_cast(), where the kernel has it, gives them a type, and
 * the loads are the same as in fentry (SIFTR_KPROBE with SIFTR_CAST); elsewhere they must call a
 * helper for each load (SIFTR_KPROBE alone). READ and HOOK hide that, so that the capture code is
 * written once.
 */
#ifndef SIFTR_COMPAT_BPF_H
#define SIFTR_COMPAT_BPF_H

#include "shared.bpf.h"

#if defined(SIFTR_KPROBE) && !defined(SIFTR_CAST)
#define SIFTR_UNTYPED
#endif

/*
 * READ(pointer, member) loads a member; READ_VIA(pointer, link, member) loads one through another
 * pointer. HOOK(program, function) begins a program on a kernel function, whose arguments are in
 * `ctx`. HOOK_ARGUMENT(ctx, n) is the n-th argument, the first is 1.
 */
#ifdef SIFTR_UNTYPED
#define READ(pointer, member)		BPF_CORE_READ(pointer, member)
#define READ_VIA(pointer, link, member) BPF_CORE_READ(pointer, link, member)
#else
#define READ(pointer, member)		((pointer)->member)
#define READ_VIA(pointer, link, member) ((pointer)->link->member)
#endif

/*
 * Returns `ctx` as a value of which the compiler knows nothing. Otherwise, where a program loads an
 * argument twice, the compiler may keep the argument's offset in a register and add it to the
 * context, which the verifier rejects.
 */
static __always_inline __attribute__((unused)) void *separate(void *ctx)
{
	asm volatile("" : "+r"(ctx));
	return ctx;
}

#ifdef SIFTR_KPROBE
#define HOOK(program, function) SEC("kprobe/" #function) int program(void *ctx)
#define HOOK_ARGUMENT(ctx, n)	PT_REGS_PARM##n((struct pt_regs *)separate(ctx))
#else
#define HOOK(program, function) SEC("fentry/" #function) int program(void *ctx)
#define HOOK_ARGUMENT(ctx, n)	FENTRY_ARGUMENT(ctx, n)
#endif
#define FENTRY_ARGUMENT(ctx, n) (((__u64 *)(ctx))[(n)-1])

/*
 * Like HOOK, but the program declares the arguments that it uses, and is a fentry program in the
 * build for typed kprobes as well: for functions that few packets pass. SIDE_FENTRY is what such a
 * program passes to hook_sk() and hook_skb() as `fentry`.
 */
#ifdef SIFTR_UNTYPED
#define SIDE_HOOK(program, function, arguments...) \
	SEC("kprobe/" #function) int BPF_KPROBE(program, arguments)
#define SIDE_FENTRY 0
#else
#define SIDE_HOOK(program, function, arguments...) \
	SEC("fentry/" #function) int BPF_PROG(program, arguments)
#define SIDE_FENTRY 1
#endif

/* TYPED(pointer, type) makes the verifier take a hook's argument for a pointer to `type`. */
#ifdef SIFTR_CAST
extern void *bpf_rdonly_cast(const void *pointer, __u32 type_id) __ksym;
#define TYPED(pointer, type) \
	((type *)bpf_rdonly_cast((const void *)(pointer), bpf_core_type_id_kernel(type)))
#else
#define TYPED(pointer, type) ((type *)(pointer))
#endif

/*
 * The first two arguments of all packet hooks are a socket and a packet. hook_sk() and hook_skb()
 * load them from `ctx` only where they are needed: declared as arguments of the program, they would
 * be loaded for every packet. `fentry`: the program is a fentry program, even in the build for
 * typed kprobes. The packet that hook_skb() returns in a kprobe program has no type for the
 * verifier: the code that reads the packet gives it a type with TYPED.
 */
static __always_inline struct sock *hook_sk(void *ctx, bool fentry)
{
	return fentry ? (struct sock *)FENTRY_ARGUMENT(ctx, 1)
		      : TYPED(HOOK_ARGUMENT(ctx, 1), struct sock);
}

static __always_inline struct sk_buff *hook_skb(void *ctx, bool fentry)
{
	return (struct sk_buff *)(fentry ? FENTRY_ARGUMENT(ctx, 2) : HOOK_ARGUMENT(ctx, 2));
}

/*
 * ON_STACK qualifies a variable that is used again after TYPED. With SIFTR_CAST, TYPED is a
 * function call to the compiler, so that the variable would occupy a callee-saved register, which
 * the program must save and restore; on the stack the variable costs less.
 */
#ifdef SIFTR_CAST
#define ON_STACK volatile
#else
#define ON_STACK
#endif

/*
 * Casts to tcp_sock. The build for fentry does so by bpf_skc_to_tcp_sock(), which returns NULL if
 * `sk` is not a full TCP socket. The builds for kprobes, their fentry programs included, cast
 * without a check: they get no NULL.
 */
static __always_inline struct tcp_sock *tcp_sock(struct sock *sk)
{
#ifdef SIFTR_KPROBE
	struct tcp_sock *tp = TYPED(sk, struct tcp_sock);

	__builtin_assume(tp != NULL);
	return tp;
#else
	return bpf_skc_to_tcp_sock(sk);
#endif
}

#endif
