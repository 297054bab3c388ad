// SPDX-License-Identifier: BSD-2-Clause
/*
 * The programs behind a hook's first one are known by the beginning of their names, the first one
 * that leaves marks for them by the end of its name.
 */
#include "capture/hook_links.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "capture/hooks.h"
#include "capture/prog_misses.h"

__u32 hook_links__behind(const struct bpf_program *program)
{
	static const char *const begins[] = {"second_", "third_", "fourth_"};
	const char *name = bpf_program__name(program);

	for (__u32 i = 0; i < ARRAY_SIZE(begins); i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return i + 1;
	return 0;
}

bool hook_links__leaves_marks(const struct bpf_program *program)
{
	const char *end = strrchr(bpf_program__name(program), '_');

	return end && !strcmp(end, "_marked");
}

static bool is_multi(const struct bpf_program *program)
{
	return bpf_program__expected_attach_type(program) == BPF_TRACE_KPROBE_MULTI;
}

static struct bpf_link *attach_by_multi(const struct bpf_program *program, const char *symbol,
					bool on_return)
{
	LIBBPF_OPTS(bpf_kprobe_multi_opts, opts, .syms = &symbol, .cnt = 1, .retprobe = on_return);
	return bpf_program__attach_kprobe_multi_opts(program, NULL, &opts);
}

/* Programs that help a hook, as those of HOOK_TIMEWAIT do, may be for another function. */
static bool is_for_function(const struct bpf_program *program, const char *function)
{
	const char *slash = strchr(bpf_program__section_name(program), '/');

	return slash && !strcmp(slash + 1, function);
}

/*
 * The BPF object names the kernel function as in the kernel's source. If the compiler has given the
 * function's symbol another name, a kprobe program is attached by that.
 */
static struct bpf_link *attach_program(const struct bpf_program *program)
{
	enum hook_index hook = hooks__of(program);
	bool on_return = !strncmp(bpf_program__section_name(program), "kretprobe", 9);
	const char *symbol;

	if (bpf_program__type(program) != BPF_PROG_TYPE_KPROBE || hook == HOOKS)
		return bpf_program__attach(program);
	symbol = hooks__symbol(hook);
	if (is_multi(program))
		return attach_by_multi(program, symbol, on_return);
	if (!strcmp(symbol, hooks__all[hook].function) ||
	    !is_for_function(program, hooks__all[hook].function))
		return bpf_program__attach(program);
	return bpf_program__attach_kprobe(program, on_return, symbol);
}

int hook_links__attach(struct hook_links *links, const struct bpf_program *program)
{
	struct hook_link *added = &links->of[links->nr];

	added->link = attach_program(program);
	if (!added->link)
		return -errno;
	added->program = program;
	links->nr++;
	return 0;
}

static bool is_attached(const struct hook_link *one)
{
	return one->is_front ? one->fd >= 0 : one->link != NULL;
}

/*
 * Runs of the program that the kernel skipped. A kprobe program has two counts, which are added:
 * the kprobe counts the runs that it skipped itself, the program those that it was called for in
 * vain.
 */
__u64 hook_links__skipped_runs(const struct hook_link *one)
{
	__u64 skipped, by_probe;

	if (!is_attached(one))
		return one->skipped;
	skipped = prog_misses__of(bpf_program__fd(one->program));
	if (bpf_program__type(one->program) != BPF_PROG_TYPE_KPROBE ||
	    skipped == PROG_MISSES_UNKNOWN)
		return skipped;
	by_probe = is_multi(one->program) ? prog_misses__of_kprobe_multi(bpf_link__fd(one->link))
					  : prog_misses__of_kprobe(bpf_link__fd(one->link));
	return by_probe == PROG_MISSES_UNKNOWN ? by_probe : skipped + by_probe;
}

__u64 hook_links__skipped(const struct hook_links *links, enum hook_index hook)
{
	for (size_t i = 0; i < links->nr; i++)
		if (hooks__of(links->of[i].program) == hook &&
		    !hook_links__behind(links->of[i].program))
			return hook_links__skipped_runs(&links->of[i]);
	return 0;
}

void hook_links__detach(struct hook_links *links)
{
	for (struct hook_link *one = links->of + links->nr; one-- > links->of;) {
		one->skipped = hook_links__skipped_runs(one);
		bpf_link__destroy(one->link);
		one->link = NULL;
		if (one->is_front && one->fd >= 0) {
			close(one->fd);
			one->fd = -1;
		}
	}
}

int hook_links__map_second(struct hook_links *links, int map_fd)
{
	void *mapped = mmap(NULL, sizeof(*links->second), PROT_READ, MAP_SHARED, map_fd, 0);

	if (mapped == MAP_FAILED)
		return -errno;
	links->second = mapped;
	return 0;
}

void hook_links__close(struct hook_links *links)
{
	hook_links__detach(links);
	if (links->second)
		munmap(links->second, sizeof(*links->second));
	*links = (struct hook_links){};
}

static bool has_programs_behind(const struct hook_links *links, const struct hook_link *one)
{
	return links->second && !one->is_replaced && hooks__of(one->program) < SIFTR_SECOND_HOOKS;
}

/* What was counted while tracing was on before, `until` less `before`, stays the difference. */
static void begin_counting(__u64 *before, __u64 until, __u64 now)
{
	*before = now - (until - *before);
}

/* The same for what the programs behind the first count. */
static void begin_second(struct hook_links *links, const struct siftr_second *until)
{
	const struct siftr_second now = *links->second;

	for (int hook = 0; hook < SIFTR_SECOND_HOOKS; hook++) {
		begin_counting(&links->before.refused[hook], until->refused[hook],
			       now.refused[hook]);
		begin_counting(&links->before.rescued[hook], until->rescued[hook],
			       now.rescued[hook]);
	}
	links->called = now;
}

void hook_links__follow_switch(struct hook_links *links, bool on)
{
	if (!links->second)
		return;
	if (on && links->is_off && links->counting)
		begin_second(links, &links->called);
	else if (on)
		links->called = *links->second;
	links->is_off = !on;
}

/* Whether a skipped run of the program may be a missed packet. */
static bool counts_skipped(const struct hook_link *one)
{
	return !hook_links__behind(one->program) && !one->is_replaced;
}

/*
 * Reading takes some microseconds for each program, and what is skipped meanwhile counts as missed.
 * So the hooks of most packets, which come first, are read last, and at the end first; programs
 * behind them are not read.
 */
void hook_links__begin(struct hook_links *links)
{
	if (links->second)
		begin_second(links, &links->until);
	for (struct hook_link *one = links->of + links->nr; one-- > links->of;)
		if (counts_skipped(one))
			begin_counting(&one->before, one->until, hook_links__skipped_runs(one));
	links->counting = true;
}

void hook_links__end(struct hook_links *links)
{
	for (struct hook_link *one = links->of; one < links->of + links->nr; one++)
		if (counts_skipped(one))
			one->until = hook_links__skipped_runs(one);
	if (links->second)
		links->until = links->is_off ? links->called : *links->second;
	links->counting = false;
}

/*
 * How many packets the programs behind the hook's first one dealt with while tracing was on, less
 * those that the first one left to them. What they rescue is read first: a packet is counted there
 * only after it was counted as skipped or refused, so packets that come meanwhile can only raise
 * the number of missed ones.
 */
static __s64 rescued_packets(const struct hook_links *links, enum hook_index hook)
{
	const struct siftr_second *second = links->is_off ? &links->called : links->second;
	__s64 rescued = __atomic_load_n(&second->rescued[hook], __ATOMIC_ACQUIRE);
	__s64 refused = __atomic_load_n(&second->refused[hook], __ATOMIC_RELAXED);

	return (rescued - (__s64)links->before.rescued[hook]) -
	       (refused - (__s64)links->before.refused[hook]);
}

static __u64 missed_packets(const struct hook_links *links, const struct hook_link *one)
{
	__s64 rescued = has_programs_behind(links, one)
				? rescued_packets(links, hooks__of(one->program))
				: 0;
	bool is_growing = links->counting && !one->is_replaced;
	__u64 until = is_growing ? hook_links__skipped_runs(one) : one->until;
	__s64 missed;

	if (until == PROG_MISSES_UNKNOWN || one->before == PROG_MISSES_UNKNOWN)
		return PROG_MISSES_UNKNOWN;
	missed = (__s64)(until - one->before) - rescued;
	return missed > 0 ? missed : 0;
}

/* Whether a skipped run is a missed packet, and not a value for groups or filters. */
static bool counts_packets(enum hook_index hook)
{
	return hook < HOOKS && !(hooks__all[hook].groups || hooks__all[hook].filters);
}

static __u64 add_missed(__u64 sum, __u64 missed)
{
	if (sum == PROG_MISSES_UNKNOWN || missed == PROG_MISSES_UNKNOWN)
		return PROG_MISSES_UNKNOWN;
	return sum + missed;
}

/* A hook may have several first programs, as HOOK_TIMEWAIT has, or one that was put in front. */
void hook_links__each_missed(const struct hook_links *links,
			     void (*visit)(const char *name, __u64 missed, void *context),
			     void *context)
{
	__u64 missed[HOOKS] = {};
	unsigned int attached = 0;

	for (const struct hook_link *one = links->of; one < links->of + links->nr; one++) {
		enum hook_index hook = hooks__of(one->program);

		if (hook_links__behind(one->program) || !counts_packets(hook))
			continue;
		attached |= HOOK_BIT(hook);
		missed[hook] = add_missed(missed[hook], missed_packets(links, one));
	}
	for (int hook = 0; hook < HOOKS; hook++)
		if (attached & HOOK_BIT(hook))
			visit(hooks__all[hook].program, missed[hook], context);
}
