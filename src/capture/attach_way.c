// SPDX-License-Identifier: BSD-2-Clause
/*
 * The ways are tried in the order of a table until one works, because a kernel's version does not
 * say what it supports.
 */
#include "capture/attach_way.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <siftr/array_size.h>

#include "capture/test_overrides.h"
#include "capture/transient_error.h"
#include "report/libbpf_log.h"
#include "report/report.h"

/* Every way, the cheapest first. */
static const struct attach_way ways[] = {
	{ATTACH_FENTRY, SIFTR_FLOW_SK_STORAGE, RING_MAPPED, false},
	{ATTACH_FENTRY, SIFTR_FLOW_HASH, RING_MAPPED, false},	    /* where socket storage fails */
	{ATTACH_FENTRY, SIFTR_FLOW_HASH, RING_KERNEL, false},	    /* before Linux 5.12 */
	{ATTACH_TYPED_KPROBE, SIFTR_FLOW_HASH, RING_MAPPED, false}, /* from Linux 6.2 on */
	/* Where performance events are refused: see host_features__may_refuse_kprobes(). */
	{ATTACH_TYPED_KPROBE, SIFTR_FLOW_HASH, RING_MAPPED, true},
	/* For kernels without fentry, such as Debian's for arm64 before 6.12. */
	{ATTACH_KPROBE, SIFTR_FLOW_HASH, RING_KERNEL, false},
};

bool attach_way__is_kprobe(enum attach_type type)
{
	return type != ATTACH_FENTRY;
}

const char *attach_way__type_name(enum attach_type type)
{
	static const char *const names[] = {
		[ATTACH_FENTRY] = "fentry",
		[ATTACH_TYPED_KPROBE] = "typed kprobe",
		[ATTACH_KPROBE] = "kprobe",
	};

	return names[type];
}

const char *attach_way__storage_name(enum siftr_flow_storage storage)
{
	return storage == SIFTR_FLOW_SK_STORAGE ? "socket storage" : "a hash map";
}

const char *attach_way__ring_name(enum ring_kind ring)
{
	return ring == RING_MAPPED ? "mapped rings" : "BPF ring buffers";
}

/* Missing privilege and transient errors affect every way alike: another would not help. */
bool attach_way__is_rejection(int err)
{
	return err && err != -EPERM && !transient_error__is(err);
}

static bool is_left_out(struct attach_way way)
{
	const char *forced = test_overrides__way();

	return (strcmp(forced, "kprobe") == 0 && way.type != ATTACH_KPROBE) ||
	       (strcmp(forced, "typed-kprobe") == 0 && way.type != ATTACH_TYPED_KPROBE) ||
	       (strcmp(forced, "hash") == 0 &&
		(way.type != ATTACH_FENTRY || way.storage != SIFTR_FLOW_HASH));
}

/* The kernel's own word for what it does not support; it never meant user space to see it. */
#define KERNEL_ENOTSUPP 524

static int try_way(attach_way_attempt attempt, void *context, struct attach_way way,
		   struct attach_failure *first)
{
	int err;

	libbpf_log__clear();
	err = transient_error__cause(attempt(context, way));
	if (!err)
		return 0;
	if (err == -KERNEL_ENOTSUPP)
		err = -ENOTSUP;
	if (!first->err)
		*first = (struct attach_failure){way, err};
	report_detail("no %s%s with %s and %s here: %s", attach_way__type_name(way.type),
		      way.multi ? " by kprobe.multi" : "", attach_way__storage_name(way.storage),
		      attach_way__ring_name(way.ring), strerror(-err));
	if (report_level() == REPORT_VERBOSE)
		libbpf_log__print();
	return err;
}

#define EVERY_TYPE   (~0U)
#define TYPED_KPROBE (1U << ATTACH_TYPED_KPROBE)

/* Tries the ways of the attach types in the set `types`, bits 1U << ATTACH_*. */
static int try_ways(attach_way_attempt attempt, void *context, unsigned int types,
		    struct attach_failure *first)
{
	int err = -ENOTSUP;

	for (size_t i = 0; i < ARRAY_SIZE(ways) && attach_way__is_rejection(err); i++)
		if (types & 1U << ways[i].type && !is_left_out(ways[i]))
			err = try_way(attempt, context, ways[i], first);
	return err;
}

int attach_way__choose(bool prefer_typed_kprobes, attach_way_attempt attempt, void *context,
		       struct attach_failure *first)
{
	int err, other;

	*first = (struct attach_failure){};
	if (!prefer_typed_kprobes)
		return try_ways(attempt, context, EVERY_TYPE, first);
	err = try_ways(attempt, context, TYPED_KPROBE, first);
	/* A kernel that is locked down refuses kprobes with EPERM, and only them. */
	if (!attach_way__is_rejection(err) && err != -EPERM)
		return err;
	other = try_ways(attempt, context, EVERY_TYPE & ~TYPED_KPROBE, first);
	return other == -ENOTSUP ? err : other;
}
