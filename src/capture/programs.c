// SPDX-License-Identifier: BSD-2-Clause
/*
 * The binary contains four builds of the same BPF programs: for fentry with either kind of ring and
 * for typed kprobes, which read kernel memory directly, and for kprobes that must call a helper for
 * each read.
 */
#include "capture/programs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "capture/hook_fronts.h"
#include "capture/hooks.h"
#include "capture/kernel_btf.h"
#include "capture/prog_misses.h"
#include "capture/prog_object.h"
#include "capture/prog_variants.h"
#include "capture/switches.h"
#include "capture/test_overrides.h"
#include "capture/verifier.h"
#include "report/report.h"

struct programs {
	struct prog_object loaded;
	enum preemption preemption; /* when the way was chosen */
	bool typed_kprobes;	    /* the kernel has what they need */
	struct attach_failure first_failure;
	const struct kernel_switch *kprobes_off; /* keeps it from calling kprobes; or NULL */
};

/* Whether an attempt to attach in a way of that type has failed. */
static bool has_failed(const struct programs *programs, enum attach_type type)
{
	return programs->first_failure.err && programs->first_failure.way.type == type;
}

struct attach_use programs__use(const struct programs *programs)
{
	const struct prog_object *loaded = &programs->loaded;
	bool is_used = loaded->way.type == ATTACH_FENTRY;
	bool is_offered = loaded->queued || hooks__is_offered(HOOK_TRANSMIT_SKB, ATTACH_FENTRY);

	return (struct attach_use){
		.way = loaded->way,
		.seconds = loaded->seconds,
		.preemption = programs->preemption,
		.fentry = is_used || (is_offered && !has_failed(programs, ATTACH_FENTRY)),
		.typed_kprobes =
			loaded->way.type == ATTACH_TYPED_KPROBE ||
			(programs->typed_kprobes && !has_failed(programs, ATTACH_TYPED_KPROBE)),
		.complete = loaded->settings.complete,
		.alone = loaded->settings.alone,
	};
}

static int try_way(void *context, struct attach_way way)
{
	struct programs *programs = context;
	struct attach_use use;

	/* The kernel would attach them, and not call them; those of kprobe.multi it calls. */
	if (programs->kprobes_off && way.type == ATTACH_TYPED_KPROBE && !way.multi)
		return -EACCES;
	programs->loaded.way = way;
	use = programs__use(programs);
	programs->loaded.seconds = use.seconds = attach_fit__seconds(&use, use.preemption);
	programs->loaded.fronts = attach_fit__wants_fronts(&use);
	return prog_object__open(&programs->loaded);
}

/* Typed kprobes call a function for BPF programs that Linux 6.2 added. */
static bool has_typed_kprobes(void)
{
	const struct btf *btf;

	return !kernel_btf__get(&btf) &&
	       btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
}

/* The HOOK_QUEUE_XMIT_* hooks are used only if HOOK_TRANSMIT_SKB kept a way from working. */
static int choose_way(struct programs *programs)
{
	struct prog_object *loaded = &programs->loaded;
	bool prefer_typed_kprobes;
	int err;

	programs->typed_kprobes = has_typed_kprobes();
	prefer_typed_kprobes =
		programs->typed_kprobes && preemption__is_possible(programs->preemption);
	if (programs->typed_kprobes)
		programs->kprobes_off = switches__find_kprobes_off();
	loaded->queued = !strcmp(test_overrides__way(), "queue");
	err = attach_way__choose(prefer_typed_kprobes, try_way, programs, &programs->first_failure);
	if (err && loaded->transmit_refused && attach_way__is_rejection(err)) {
		loaded->queued = true;
		err = attach_way__choose(prefer_typed_kprobes, try_way, programs,
					 &programs->first_failure);
	}
	return err;
}

int programs__open(const struct programs_settings *settings, struct programs **out)
{
	struct programs *programs = calloc(1, sizeof(*programs));
	int err;

	*out = NULL;
	if (!programs)
		return -ENOMEM;
	programs->loaded.settings = *settings;
	programs->preemption = preemption__read();
	err = choose_way(programs);
	if (err) {
		free(programs);
		return err;
	}
	if (report_level() == REPORT_VERBOSE)
		verifier__report(programs->loaded.object);
	report_detail("hooks attached by %s, preemption %s; flow state in %s",
		      attach_way__type_name(programs->loaded.way.type),
		      preemption__name(programs->preemption),
		      attach_way__storage_name(programs->loaded.way.storage));
	report_detail("records in %s", attach_way__ring_name(programs->loaded.way.ring));
	*out = programs;
	return 0;
}

void programs__free(struct programs *programs)
{
	if (!programs)
		return;
	prog_object__close(&programs->loaded);
	free(programs);
}

int programs__map_fd(const struct programs *programs, const char *name)
{
	return prog_object__map_fd(&programs->loaded, name);
}

int programs__iterator_fd(const struct programs *programs)
{
	return prog_object__iterator_fd(&programs->loaded);
}

enum attach_type programs__attach_type(const struct programs *programs)
{
	return programs->loaded.way.type;
}

/*
 * Another kind of hook than this kernel should have costs more or, if there are not all programs
 * behind a hook's first one, misses more packets.
 */
static const char *consequence(const struct programs *programs)
{
	const struct prog_object *loaded = &programs->loaded;

	return loaded->way.type == ATTACH_FENTRY && loaded->seconds < SIFTR_SECONDS_MAX
		       ? "misses more packets"
		       : "costs more";
}

bool programs__describe_fall(const struct programs *programs, char *text, size_t bytes)
{
	const struct attach_failure *failure = &programs->first_failure;
	const char *function = hooks__all[HOOK_TRANSMIT_SKB].function,
		   *symbol = hooks__symbol(HOOK_TRANSMIT_SKB);
	enum attach_type type = programs__attach_type(programs);

	if (strcmp(function, symbol) != 0 && attach_way__is_kprobe(type)) {
		snprintf(text, bytes,
			 "%s is %s in this kernel: hooks are attached by kprobe, which costs more",
			 function, symbol);
		return true;
	}
	if (!failure->err || failure->way.type == type)
		return false;
	if (programs->kprobes_off && failure->way.type == ATTACH_TYPED_KPROBE) {
		snprintf(text, bytes, "hooks are attached by %s, which %s, because %s is 0: %s",
			 attach_way__type_name(type), consequence(programs),
			 programs->kprobes_off->name, programs->kprobes_off->fix);
		return true;
	}
	snprintf(text, bytes,
		 "hooks are attached by %s, which %s, because %s did not work here (%s); "
		 "siftr-bpf -v shows the kernel's messages",
		 attach_way__type_name(type), consequence(programs),
		 attach_way__type_name(failure->way.type), strerror(-failure->err));
	return true;
}

void programs__report_fall(const struct programs *programs)
{
	char text[PROGRAMS_FALL_BYTES];

	if (programs__describe_fall(programs, text, sizeof(text)))
		report_notice("%s", text);
}

enum ring_kind programs__ring_kind(const struct programs *programs)
{
	return programs->loaded.way.ring;
}

enum preemption programs__preemption(const struct programs *programs)
{
	return programs->preemption;
}

enum siftr_flow_storage programs__flow_storage(const struct programs *programs)
{
	return programs->loaded.way.storage;
}

bool programs__counts_coalesced(const struct programs *programs)
{
	return programs->loaded.way.type != ATTACH_KPROBE &&
	       !(programs->loaded.left_out & HOOK_BIT(HOOK_BACKLOG));
}

unsigned int programs__left_out(const struct programs *programs)
{
	return programs->loaded.left_out;
}

void programs__begin(struct programs *programs)
{
	hook_links__begin(&programs->loaded.links);
}

void programs__end(struct programs *programs)
{
	hook_links__end(&programs->loaded.links);
}

void programs__follow_switch(struct programs *programs, bool on)
{
	hook_links__follow_switch(&programs->loaded.links, on);
}

bool programs__may_attach(const struct programs *programs)
{
	return hook_fronts__are_left(&programs->loaded.links);
}

enum hook_index programs__attach_front(struct programs *programs, bool many)
{
	return hook_fronts__attach(&programs->loaded.links, many);
}

__u64 programs__begin_front(struct programs *programs, enum hook_index hook)
{
	return hook_fronts__begin(&programs->loaded.links, hook);
}

__u64 programs__skipped(const struct programs *programs, enum hook_index hook)
{
	return hook_links__skipped(&programs->loaded.links, hook);
}

void programs__each_missed(const struct programs *programs,
			   void (*visit)(const char *name, __u64 missed, void *context),
			   void *context)
{
	hook_links__each_missed(&programs->loaded.links, visit, context);
}
