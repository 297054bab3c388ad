/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hook with one program alone, which an interrupt may stop, gets another in front of it once the
 * kernel has skipped a run: see bpf/second.bpf.h. Until then no packet pays for it. An interrupt
 * may send a packet for each connection, as the timers of many end together; so where there are
 * many, a hook gets it before anything is skipped.
 */
#ifndef SIFTR_CAPTURE_HOOK_FRONTS_H
#define SIFTR_CAPTURE_HOOK_FRONTS_H

#include "capture/hook_links.h"

/* Notes a loaded program that hook_fronts__attach() may attach. */
void hook_fronts__add(struct hook_links *links, const struct bpf_program *program);

/* Whether there is a program that may still be attached in front of another. */
bool hook_fronts__are_left(const struct hook_links *links);

/*
 * Attaches the program of a hook whose runs the kernel has skipped since hook_links__begin(), of
 * any hook if there are `many` connections, and returns the hook; HOOKS if there is none. Needs no
 * privilege from Linux 5.19 on; a failure is reported, and none is attached after it. Until
 * SIFTR_FRONT() is set the program does nothing.
 */
enum hook_index hook_fronts__attach(struct hook_links *links, bool many);

/*
 * Call when SIFTR_FRONT() has just been set: from now on a packet of the hook is missed only if
 * both programs are skipped. Returns how many the hook has missed until now.
 */
__u64 hook_fronts__begin(struct hook_links *links, enum hook_index hook);

#endif
