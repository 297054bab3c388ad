/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel functions at which BPF programs run. Some of these hooks only count packets, or note
 * the handshake and process of a connection for groups of fields: a kernel without such a function
 * is traced all the same, and what is then missing is reported.
 */
#ifndef SIFTR_CAPTURE_HOOKS_H
#define SIFTR_CAPTURE_HOOKS_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "capture/attach_way.h"

struct hook {
	const char *program;  /* name of its program; NAME_2 and the like are variants of it */
	const char *function; /* name of the kernel function */
	const char *without;  /* the effect of its absence; NULL: it is necessary */
	unsigned int groups;  /* set of groups that need the hook */
	unsigned int
		filters; /* SIFTR_FILTER_* that need it; neither of both: it is always needed */
};

enum hook_index {
	HOOK_RCV_ESTABLISHED,
	HOOK_RCV_STATE_PROCESS,
	HOOK_TRANSMIT_SKB,
	HOOK_QUEUE_XMIT_V4, /* this and the next: only where HOOK_TRANSMIT_SKB cannot be used */
	HOOK_QUEUE_XMIT_V6,
	HOOK_TIMEWAIT,
	HOOK_BACKLOG,
	HOOK_SEND_RESET_V4,
	HOOK_SEND_RESET_V6,
	HOOK_DESTROY_SOCK,
	HOOK_HANDSHAKE,
	HOOK_CONNECT,
	HOOK_ACCEPT,
	HOOK_FIRST_SEND,
	HOOK_RECEIVE,
	HOOK_LISTEN,
	HOOK_CHILD,
	HOOK_EARLY_CHILD,
	HOOK_CHANGE_CC,
	HOOKS,
};

extern const struct hook hooks__all[HOOKS];

/* The bit of a hook in a set of hooks. */
#define HOOK_BIT(index) (1U << (index))

/* The hook to which a program belongs, of any build of the BPF object; HOOKS if it has none. */
enum hook_index hooks__of(const struct bpf_program *program);

bool hooks__is_optional(enum hook_index hook);

/* The set of hooks without which tracing works. */
unsigned int hooks__optional(void);

/*
 * The set of hooks that are not needed if `groups`, a set of SIFTR_GROUP_BIT(), are captured and
 * `filters`, a set of SIFTR_FILTER_*, are used.
 */
unsigned int hooks__unused(unsigned int groups, unsigned int filters);

/* Whether this kernel seems to have the function for programs attached by `type`. */
bool hooks__is_offered(enum hook_index hook, enum attach_type type);

/* The set of optional hooks whose function this kernel seems to lack for programs of that type. */
unsigned int hooks__missing(enum attach_type type);

/* The name of the hook's function for kprobes: of its symbol, which may have a suffix. */
const char *hooks__symbol(enum hook_index hook);

/*
 * Describes for people, in `text`, whether and how the kernel has the function. Returns whether a
 * program can be attached to it by fentry or kprobe.
 */
bool hooks__describe(enum hook_index hook, char *text, size_t bytes);

/* Reports each hook of the set as one that this kernel does not have. */
void hooks__report_left_out(unsigned int hooks);

#endif
