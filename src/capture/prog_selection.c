// SPDX-License-Identifier: BSD-2-Clause
/* An object has programs for every kernel and every need; libbpf loads those that are selected. */
#include "capture/prog_selection.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <bpf/libbpf.h>

#include <siftr/array_size.h>

#include "capture/flow_iterator.h"
#include "capture/hook_links.h"
#include "capture/hooks.h"
#include "capture/prog_variants.h"

/*
 * Selects, for the functions whose arguments have changed, the program that fits this kernel. If
 * none does, adds the hook to `left_out`: tracing works without it.
 */
static int choose_variants(struct bpf_object *object, struct prog_selection *selection)
{
	static const enum hook_index hooks[] = {HOOK_BACKLOG, HOOK_TIMEWAIT, HOOK_ACCEPT};
	unsigned int unused = hooks__unused(selection->groups, selection->filters);

	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		const struct hook *hook = &hooks__all[hooks[i]];
		int chosen = prog_variants__choose(object, hook->program, hook->function);

		if (chosen < 0)
			return chosen;
		if (!chosen && !(unused & HOOK_BIT(hooks[i])))
			selection->left_out |= HOOK_BIT(hooks[i]);
	}
	return 0;
}

/* The hooks whose programs are not to be loaded. */
static unsigned int unwanted_hooks(const struct prog_selection *selection)
{
	unsigned int unwanted =
		selection->left_out | hooks__unused(selection->groups, selection->filters);

	if (!selection->queued)
		unwanted |= HOOK_BIT(HOOK_QUEUE_XMIT_V4) | HOOK_BIT(HOOK_QUEUE_XMIT_V6);
	return unwanted;
}

/*
 * Whether the hook can have programs behind the first. They are fentry programs, for which the
 * function's symbol must have its plain name. Objects with the kernel's ring have none, nor the
 * first programs that leave marks for them.
 */
static bool has_seconds(struct bpf_object *object, enum hook_index hook)
{
	char marked[64];

	if (hook >= SIFTR_SECOND_HOOKS || !hooks__is_offered(hook, ATTACH_FENTRY))
		return false;
	snprintf(marked, sizeof(marked), "%s_marked", hooks__all[hook].program);
	return bpf_object__find_program_by_name(object, marked);
}

/*
 * Of a hook's two first programs the one that leaves marks is needed if there are others behind it,
 * and both are if it may be put in front of the other.
 */
static bool is_needed(const struct bpf_program *program, __u32 seconds, bool fronts)
{
	__u32 behind = hook_links__behind(program);

	if (behind)
		return behind <= seconds;
	if (hook_links__leaves_marks(program))
		return seconds || fronts;
	return !seconds;
}

static bool wants_iterator(const struct bpf_program *program,
			   const struct prog_selection *selection)
{
	return selection->groups & SIFTR_GROUP_BIT(sample) &&
	       flow_iterator__is_for(program, selection->storage);
}

/* Programs of no hook are attached as their sections say. */
static void set_multi(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, object)
		if (bpf_program__type(program) == BPF_PROG_TYPE_KPROBE &&
		    hooks__of(program) != HOOKS)
			bpf_program__set_expected_attach_type(program, BPF_TRACE_KPROBE_MULTI);
}

static void set_autoload(struct bpf_object *object, const struct prog_selection *selection)
{
	unsigned int unwanted = unwanted_hooks(selection);
	struct bpf_program *program;

	bpf_object__for_each_program (program, object) {
		enum hook_index hook = hooks__of(program);
		bool offered = has_seconds(object, hook);
		__u32 seconds = offered ? selection->seconds : 0;
		bool fronts = offered && selection->fronts;

		if (flow_iterator__is_program(program)) {
			bpf_program__set_autoload(program, wants_iterator(program, selection));
			continue;
		}
		if (unwanted & HOOK_BIT(hook) || !is_needed(program, seconds, fronts))
			bpf_program__set_autoload(program, false);
	}
}

int prog_selection__apply(struct bpf_object *object, struct prog_selection *selection)
{
	int err = selection->type == ATTACH_KPROBE ? 0 : choose_variants(object, selection);

	set_autoload(object, selection);
	if (selection->multi)
		set_multi(object);
	return err;
}
