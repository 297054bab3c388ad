/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts about this host that decide whether and how it can be traced. Reading them needs no
 * privilege; none is derived from the kernel's version.
 */
#ifndef SIFTR_CAPTURE_HOST_FEATURES_H
#define SIFTR_CAPTURE_HOST_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

enum host_hook {
	HOST_HOOK_NONE,	  /* no such function */
	HOST_HOOK_SYMBOL, /* a symbol without type information: kprobe only */
	HOST_HOOK_BTF,	  /* has type information: fentry */
};

struct host_facts {
	int btf_error; /* negative errno: the type information cannot be read; 0: it can */
	unsigned long long capabilities; /* effective, see capabilities(7) */
	char lockdown[32]; /* "none", "integrity", "confidentiality"; "": no lockdown support */
	long perf_event_paranoid;	/* -1 to 4; LONG_MIN: cannot be read */
	long unprivileged_bpf_disabled; /* 0 to 2; LONG_MIN: cannot be read */
	long ftrace_enabled;		/* 0 or 1; LONG_MIN: cannot be read */
};

void host_features__read_facts(struct host_facts *facts);

/* Whether a capability (CAP_*) is effective. */
bool host_features__has(const struct host_facts *facts, int capability);

struct host_need {
	int capability;
	const char *name, *use;
};

/* The capabilities that tracing needs; a NULL name ends the list. */
extern const struct host_need host_features__needs[];

/* Whether the capability is effective or CAP_SYS_ADMIN is, which includes it. */
bool host_features__holds(const struct host_facts *facts, const struct host_need *need);

/*
 * Whether every capability of host_features__needs is effective, or CAP_SYS_ADMIN, which includes
 * them.
 */
bool host_features__is_privileged(const struct host_facts *facts);

/*
 * Whether the kernel is locked down so far that it forbids kprobes and reading its memory; for
 * integrity alone, as Secure Boot asks, it forbids nothing that tracing needs.
 */
bool host_features__is_confidential(const struct host_facts *facts);

/* Whether perf_event_paranoid is above 2, the highest value of Linux itself. Debian's is 3. */
bool host_features__is_paranoid(const struct host_facts *facts);

/*
 * Whether the kernel may refuse to open the performance events by which kprobes are attached, as
 * one with the patch of Debian, Ubuntu or Android does if it is paranoid: CAP_PERFMON is not enough
 * then.
 */
bool host_features__may_refuse_kprobes(const struct host_facts *facts);

/*
 * Whether BPF maps are charged to RLIMIT_MEMLOCK, as before Linux 5.11, and the limit cannot be
 * raised; `*bytes` is the limit then.
 */
bool host_features__limits_memory(const struct host_facts *facts, unsigned long long *bytes);

/*
 * Whether the kernel refuses atomic instructions that return a value, which records in mapped rings
 * need: Linux 5.12 added them. False where the kernel does not let us ask.
 */
bool host_features__lacks_atomics(void);

/* How a program could be attached to `function`. */
enum host_hook host_features__find_hook(const char *function);

#endif
