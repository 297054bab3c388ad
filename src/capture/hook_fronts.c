// SPDX-License-Identifier: BSD-2-Clause
#include "capture/hook_fronts.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "capture/prog_misses.h"
#include "capture/test_overrides.h"
#include "report/report.h"

void hook_fronts__add(struct hook_links *links, const struct bpf_program *program)
{
	links->fronts[hooks__of(program)] = program;
}

bool hook_fronts__are_left(const struct hook_links *links)
{
	for (int hook = 0; hook < SIFTR_SECOND_HOOKS; hook++)
		if (links->fronts[hook])
			return true;
	return false;
}

/* bpf(2) is called directly, because libbpf may issue commands for which the sandbox kills. */
static int attach(const struct bpf_program *program)
{
	union bpf_attr attr = {.raw_tracepoint = {.prog_fd = bpf_program__fd(program)}};
	long fd = syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));

	return fd < 0 ? -errno : (int)fd;
}

/* The program that is in front before another is put there; NULL if it is not attached. */
static struct hook_link *first_link(struct hook_links *links, enum hook_index hook)
{
	for (struct hook_link *one = links->of; one < links->of + links->nr; one++)
		if (hooks__of(one->program) == hook && !one->is_front)
			return one;
	return NULL;
}

/* Whether the hook's first program has been skipped, or `many` packets may be at any moment. */
static bool needs_front(struct hook_links *links, enum hook_index hook, bool many)
{
	const struct hook_link *first = first_link(links, hook);
	__u64 skipped;

	if (!first || !links->counting)
		return false;
	if (many)
		return true;
	skipped = hook_links__skipped_runs(first);
	return skipped != PROG_MISSES_UNKNOWN &&
	       (skipped != first->before || test_overrides__is_reinforced());
}

static bool put_in_front(struct hook_links *links, enum hook_index hook)
{
	struct hook_link *front = &links->of[links->nr];
	const struct bpf_program *program = links->fronts[hook];
	int fd = attach(program);

	links->fronts[hook] = NULL;
	if (fd < 0) {
		report_message("%s: a second program cannot be attached while tracing: %s; the "
			       "packets for which the kernel skips the first one are missed and "
			       "counted; with --strict each hook has both from the beginning",
			       hooks__all[hook].function, strerror(-fd));
		memset(links->fronts, 0, sizeof(links->fronts)); /* it is the same with them */
		return false;
	}
	*front = (struct hook_link){.program = program, .is_front = true, .fd = fd};
	links->nr++;
	return true;
}

enum hook_index hook_fronts__attach(struct hook_links *links, bool many)
{
	for (int hook = 0; hook < SIFTR_SECOND_HOOKS; hook++)
		if (links->fronts[hook] && needs_front(links, hook, many) &&
		    put_in_front(links, hook))
			return hook;
	return HOOKS;
}

/*
 * The first program has also dealt with packets that were between the two when the bit was set, for
 * which the one in front was not skipped: what it has rescued by now does not count. What either is
 * skipped for while this reads may be counted as missed all the same; the other way round a missed
 * packet might not be counted.
 */
__u64 hook_fronts__begin(struct hook_links *links, enum hook_index hook)
{
	struct hook_link *first = first_link(links, hook), *front = &links->of[links->nr - 1];

	front->before = hook_links__skipped_runs(front);
	links->before.refused[hook] = links->second->refused[hook];
	links->before.rescued[hook] = links->second->rescued[hook];
	if (!first)
		return 0;
	first->until = hook_links__skipped_runs(first);
	first->is_replaced = true;
	return first->until - first->before;
}
