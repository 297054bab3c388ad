/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Passes records up to user space and wakes a sleeping consumer. The rings are mapped rings or, in
 * builds without SIFTR_MAPPED_RING, the kernel's own ring buffers.
 */
#ifndef SIFTR_RING_BPF_H
#define SIFTR_RING_BPF_H

#include "counters.bpf.h"
#ifdef SIFTR_MAPPED_RING
#include "mapped_ring.bpf.h"
#else
#include "kernel_ring.bpf.h"
#endif

/*
 * Sets the record's time, which is taken after its reservation. The drain reads the clock and then
 * how far records are reserved: a record that is reserved later thus has a later time than that
 * reading. The drain relies on this to sort exactly.
 */
static __always_inline void stamp_record(struct siftr_record *record, __u32 direction, __u32 kind)
{
	record->time_ns = bpf_ktime_get_ns();
	record->direction = direction;
	record->kind = kind;
}

/*
 * Wakes the consumer, if it has asked for that, because of a packet without a record: call it
 * after counting a packet that appears in the footer alone. The asm loads the address of `live`
 * anew: otherwise the compiler would keep the address in a callee-saved register, which the program
 * would have to save for every packet.
 */
static __always_inline void wake_on_skip(void)
{
	volatile struct siftr_live *settings;

	asm volatile("%[settings] = live ll" : [settings] "=r"(settings));
	if (settings->want_wakeup == SIFTR_WAKE_PACKET)
		wake_consumer();
}

#endif
