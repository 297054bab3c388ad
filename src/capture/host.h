/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts about this host that decide whether and how it can be traced. All of
 * them can be had without a privilege; none is guessed from a version.
 */
#ifndef SIFTR_CAPTURE_HOST_H
#define SIFTR_CAPTURE_HOST_H

#include <stddef.h>

#define HOST_BTF_PATH "/sys/kernel/btf/vmlinux"

/* The kernel functions that are traced; NULL ends the list. */
extern const char *const host__hooks[];

enum host_hook {
	HOST_HOOK_NONE,	  /* no such function */
	HOST_HOOK_SYMBOL, /* a symbol only: kprobe */
	HOST_HOOK_BTF,	  /* typed: fentry */
};

struct host_facts {
	int btf_error; /* why the type information cannot be read, negative errno, 0: it can */
	unsigned long long capabilities; /* effective, see capabilities(7) */
	char lockdown[32]; /* "none", "integrity", "confidentiality"; "" where there is none */
	long perf_event_paranoid;	/* -1 to 4; LONG_MIN: cannot be read */
	long unprivileged_bpf_disabled; /* 0 to 2; LONG_MIN: cannot be read */
};

void host__read_facts(struct host_facts *facts);

/* Whether a capability (CAP_*) is effective. */
int host__has(const struct host_facts *facts, int capability);

/* Root, or just the capabilities that tracing needs. */
int host__is_privileged(const struct host_facts *facts);

/* How `function` could be attached to. */
enum host_hook host__find_hook(const char *function);

#endif
