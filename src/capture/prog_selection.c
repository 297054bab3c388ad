// SPDX-License-Identifier: BSD-2-Clause
/* An object has programs for every kernel and every need; libbpf loads those that are selected. */
#include "capture/prog_selection.h"

#include <stdbool.h>
#include <stddef.h>

#include <bpf/libbpf.h>

#include <siftr/array_size.h>

#include "capture/hook_links.h"
#include "capture/hooks.h"
#include "capture/prog_variants.h"

/*
 * Selects, for the functions whose arguments have changed, the program that fits this kernel.
 * Tracing works without one.
 */
static int choose_variants(struct bpf_object *object, struct prog_selection *selection)
{
	static const enum hook_index hooks[] = {HOOK_BACKLOG, HOOK_TIMEWAIT};

	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		const struct hook *hook = &hooks__all[hooks[i]];
		int chosen = prog_variants__choose(object, hook->program, hook->function);

		if (chosen < 0)
			return chosen;
		if (!chosen)
			selection->left_out |= HOOK_BIT(hooks[i]);
	}
	return 0;
}

/* The hooks whose programs are not to be loaded. */
static unsigned int unwanted_hooks(const struct prog_selection *selection)
{
	unsigned int unwanted = selection->left_out;

	if (!selection->queued)
		unwanted |= HOOK_BIT(HOOK_QUEUE_XMIT_V4) | HOOK_BIT(HOOK_QUEUE_XMIT_V6);
	return unwanted;
}

/*
 * Whether the hook can have programs behind the first. They are fentry programs, for which the
 * function's symbol must have its plain name.
 */
static bool has_seconds(enum hook_index hook)
{
	return hook < SIFTR_SECOND_HOOKS && hooks__is_offered(hook, ATTACH_FENTRY);
}

static void set_autoload(struct bpf_object *object, const struct prog_selection *selection)
{
	unsigned int unwanted = unwanted_hooks(selection);
	struct bpf_program *program;

	bpf_object__for_each_program (program, object) {
		enum hook_index hook = hooks__of(program);
		__u32 behind = hook_links__behind(program);

		if (unwanted & HOOK_BIT(hook) ||
		    behind > (has_seconds(hook) ? selection->seconds : 0))
			bpf_program__set_autoload(program, false);
	}
}

int prog_selection__apply(struct bpf_object *object, struct prog_selection *selection)
{
	int err = selection->type == ATTACH_KPROBE ? 0 : choose_variants(object, selection);

	set_autoload(object, selection);
	return err;
}

__u32 prog_selection__with_seconds(__u32 seconds)
{
	__u32 set = 0;

	for (int hook = 0; hook < SIFTR_SECOND_HOOKS; hook++)
		if (seconds && has_seconds(hook))
			set |= HOOK_BIT(hook);
	return set;
}
