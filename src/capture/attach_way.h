/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses how the BPF programs are attached (fentry, or kprobes as the fallback), where they keep
 * the state of each flow and which kind of ring they fill: the first way that works on this host.
 */
#ifndef SIFTR_CAPTURE_ATTACH_WAY_H
#define SIFTR_CAPTURE_ATTACH_WAY_H

#include <stdbool.h>

#include <siftr/settings.h>

enum attach_type {
	ATTACH_FENTRY,
	ATTACH_TYPED_KPROBE, /* the hooks that capture, with pointers cast to a type; others by
				fentry */
	ATTACH_KPROBE,
};

enum ring_kind {
	RING_MAPPED, /* an array that the programs fill, see siftr/mapped_ring.h */
	RING_KERNEL, /* the kernel's BPF ring buffer */
};

struct attach_way {
	enum attach_type type;
	enum siftr_flow_storage storage;
	enum ring_kind ring;
	bool multi; /* kprobes by links of BPF_TRACE_KPROBE_MULTI, not by performance events */
};

/* The first way that was tried, if it did not work; `err` is 0 if it did. */
struct attach_failure {
	struct attach_way way;
	int err;
};

/* Loads and attaches the programs in this way. 0, or a negative errno and nothing is loaded. */
typedef int (*attach_way_attempt)(void *context, struct attach_way way);

/*
 * Calls `attempt` for one way after the other, the cheapest first, until one succeeds; typed
 * kprobes come before all if `prefer_typed_kprobes`. 0, or the negative errno of the last attempt;
 * -ENOTSUP if there was none. An error that has nothing to do with the way, such as missing
 * privilege, ends the search, because every other way would fail as well. The exception is EPERM
 * for preferred typed kprobes, because kernel lockdown forbids kprobes alone. *first says whether
 * the first way that was tried did not work.
 */
int attach_way__choose(bool prefer_typed_kprobes, attach_way_attempt attempt, void *context,
		       struct attach_failure *first);

/*
 * Whether the error says that the kernel rejects the way or one of its programs, so that another
 * may work. Missing privilege and transient errors do not.
 */
bool attach_way__is_rejection(int err);

/* Whether the programs are attached by kprobes, typed or not. */
bool attach_way__is_kprobe(enum attach_type type);

/* Names for messages, such as "fentry", "socket storage" and "mapped rings". */
const char *attach_way__type_name(enum attach_type type);
const char *attach_way__storage_name(enum siftr_flow_storage storage);
const char *attach_way__ring_name(enum ring_kind ring);

#endif
