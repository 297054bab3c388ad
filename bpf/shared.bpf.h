/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The memory that the BPF programs share with user space: settings down, counters up. Every other
 * header here includes this one, and with it the kernel's types and libbpf's helpers.
 */
#ifndef SIFTR_SHARED_BPF_H
#define SIFTR_SHARED_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <siftr/record.h>
#include <siftr/settings.h>

/* Constant once loaded: the verifier removes the code that these settings make unreachable. */
const volatile struct siftr_config load_config;

/* User space changes these while the programs run. */
volatile struct siftr_live live SEC(".data.live") = {.ppl = 1, .file = 1};

/* The only variable in .bss. It begins with the counters, which user space maps. */
struct siftr_memory memory;

/*
 * The address of a member of `memory`. The asm puts the member's offset into the instruction that
 * loads the address; the compiler would add it by another.
 */
#define ADDRESS_OF(member)                                                           \
	({                                                                           \
		typeof(memory.member) *address;                                      \
                                                                                     \
		asm volatile("%[address] = memory+%[offset] ll"                      \
			     : [address] "=r"(address)                               \
			     : [offset] "i"(offsetof(struct siftr_memory, member))); \
		address;                                                             \
	})

#endif
