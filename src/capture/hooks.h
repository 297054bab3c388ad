/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel functions that are hooked. Some hooks only count: a kernel that lacks one of them is
 * traced without it, and what is not counted then is reported.
 */
#ifndef SIFTR_CAPTURE_HOOKS_H
#define SIFTR_CAPTURE_HOOKS_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "capture/attach_way.h"

struct hook {
	const char *program;  /* in the BPF object; others that begin with NAME_ belong to it */
	const char *function; /* in the kernel */
	const char *without;  /* what is not counted without it; NULL: tracing needs the hook */
};

enum hook_index {
	HOOK_RCV_ESTABLISHED,
	HOOK_RCV_STATE_PROCESS,
	HOOK_TRANSMIT_SKB,
	HOOK_TIMEWAIT,
	HOOK_BACKLOG,
	HOOK_NO_SOCKET_V4,
	HOOK_NO_SOCKET_V6,
	HOOK_DESTROY_SOCK,
	HOOKS,
};

extern const struct hook hooks__all[HOOKS];

/* A set of hooks: bit HOOK_BIT(index) for each. */

#define HOOK_BIT(index) (1U << (index))

/* The hook of a program of either BPF object. */
enum hook_index hooks__of(const struct bpf_program *program);

bool hooks__is_optional(enum hook_index hook);

/* The hooks that tracing works without. */
unsigned int hooks__optional(void);

/* The optional hooks whose functions this kernel does not offer to programs attached by `type`. */
unsigned int hooks__missing(enum attach_type type);

#endif
