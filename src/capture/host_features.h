/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts about this host that decide whether and how it can be traced. All of
 * them can be had without a privilege; none is guessed from a version.
 */
#ifndef SIFTR_CAPTURE_HOST_FEATURES_H
#define SIFTR_CAPTURE_HOST_FEATURES_H

#include <stddef.h>

#define HOST_BTF_PATH "/sys/kernel/btf/vmlinux"

/* The kernel functions that are traced; NULL ends the list. */
extern const char *const host_features__hooks[];

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
	long ftrace_enabled;		/* 0 or 1; LONG_MIN: cannot be read */
};

void host_features__read_facts(struct host_facts *facts);

/* Whether a capability (CAP_*) is effective. */
int host_features__has(const struct host_facts *facts, int capability);

struct host_need {
	int capability;
	const char *name, *use;
};

/* The capabilities that tracing needs; a NULL name ends the list. */
extern const struct host_need host_features__needs[];

/* The capability is effective, or CAP_SYS_ADMIN, which stands for each of them. */
int host_features__holds(const struct host_facts *facts, const struct host_need *need);

/* All of them are. */
int host_features__is_privileged(const struct host_facts *facts);

/*
 * Whether the memory of BPF maps counts against this process's limit of locked
 * memory, *bytes then: on kernels before 5.11, unless the limit can be lifted.
 */
int host_features__limits_memory(const struct host_facts *facts, unsigned long long *bytes);

/* How `function` could be attached to. */
enum host_hook host_features__find_hook(const char *function);

#endif
