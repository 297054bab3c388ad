/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel functions at which BPF programs run. Some of these hooks only count packets: a kernel
 * without such a function is traced all the same, and what is then not counted is reported.
 */
#ifndef SIFTR_CAPTURE_HOOKS_H
#define SIFTR_CAPTURE_HOOKS_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "capture/attach_way.h"

struct hook {
	const char *program;  /* name of its program; NAME_2 and the like are variants of it */
	const char *function; /* name of the kernel function */
	const char *without;  /* what is not counted without the hook; NULL: it is necessary */
};

enum hook_index {
	HOOK_RCV_ESTABLISHED,
	HOOK_RCV_STATE_PROCESS,
	HOOK_TRANSMIT_SKB,
	HOOK_TIMEWAIT,
	HOOK_BACKLOG,
	HOOK_SEND_RESET_V4,
	HOOK_SEND_RESET_V6,
	HOOK_DESTROY_SOCK,
	HOOKS,
};

extern const struct hook hooks__all[HOOKS];

/* The bit of a hook in a set of hooks. */

#define HOOK_BIT(index) (1U << (index))

/* The hook to which a program of either BPF object belongs. */
enum hook_index hooks__of(const struct bpf_program *program);

bool hooks__is_optional(enum hook_index hook);

/* The set of hooks without which tracing works. */
unsigned int hooks__optional(void);

/*
 * The set of optional hooks whose functions do not exist in this kernel for programs attached by
 * `type`.
 */
unsigned int hooks__missing(enum attach_type type);

#endif
