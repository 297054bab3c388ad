// SPDX-License-Identifier: BSD-2-Clause
/*
 * An optional hook is left out if the kernel does not have its function or rejects its program. If
 * that happens to a necessary one, this way of attaching fails.
 */
#include "capture/prog_object.h"

#include <errno.h>
#include <string.h>

#include "capture/cpus.h"
#include "capture/hook_fronts.h"
#include "capture/hooks.h"
#include "capture/host_features.h"
#include "capture/load_config.h"
#include "capture/prog_builds.h"
#include "capture/prog_selection.h"
#include "capture/socket_storage.h"
#include "capture/state_maps.h"
#include "capture/test_overrides.h"
#include "capture/verifier.h"
#include "report/report.h"

static struct bpf_map *find_map(const struct bpf_object *object, const char *name)
{
	return bpf_object__find_map_by_name(object, name);
}

/* Where runs of the hook may be skipped uncounted, the programs look for another CC themselves. */
static __u32 wanted_filters(const struct prog_object *loaded)
{
	__u32 filters = loaded->settings.filters;
	bool told = loaded->way.type == ATTACH_FENTRY && loaded->way.ring == RING_MAPPED;

	return filters & SIFTR_FILTER_CC && !told ? filters | SIFTR_FILTER_UNTOLD_CC : filters;
}

static unsigned int unused_hooks(const struct prog_object *loaded)
{
	return hooks__unused(loaded->settings.groups, wanted_filters(loaded));
}

static int select_programs(struct prog_object *loaded)
{
	struct prog_selection selection = {loaded->way.type,	   loaded->way.multi,
					   loaded->queued,	   loaded->settings.groups,
					   wanted_filters(loaded), loaded->seconds,
					   loaded->fronts,	   loaded->left_out,
					   loaded->way.storage};
	int err = prog_selection__apply(loaded->object, &selection);

	loaded->left_out = selection.left_out;
	return err;
}

/* With a hook that tells of another CC, verdicts can be made void all the same: verdict_watch.h. */
static __u32 loaded_filters(const struct prog_object *loaded)
{
	__u32 filters = wanted_filters(loaded);
	bool told = !(loaded->left_out & HOOK_BIT(HOOK_CHANGE_CC));

	if (!(filters & SIFTR_FILTER_CC) || filters & SIFTR_FILTER_UNTOLD_CC)
		return filters;
	return filters | (told ? SIFTR_FILTER_LIVE : SIFTR_FILTER_UNTOLD_CC);
}

/*
 * Prepares the object for loading: its constants, which the verifier uses to remove code, its maps
 * and the programs to be loaded.
 */
static int configure(struct prog_object *loaded)
{
	struct bpf_object *object = loaded->object;
	int nr_sets = cpus__counter_sets(loaded->settings.nr_cpus);
	struct siftr_config config = {.sampling = loaded->settings.sampling,
				      .flow_storage = loaded->way.storage,
				      .queued = loaded->queued,
				      .seconds = loaded->seconds,
				      .fronts = loaded->fronts,
				      .groups = loaded->settings.groups,
				      .filters = loaded_filters(loaded),
				      .first_packet = loaded->settings.first_packet,
				      .counters_mask =
					      (nr_sets - 1) * sizeof(struct siftr_counters)};

	load_config__lay_out(&config);
	load_config__set_choice(&config, loaded->settings.inbound_only);
	bpf_map__set_initial_value(find_map(object, ".rodata"), &config, sizeof(config));
	state_maps__configure(object, loaded->way, loaded->settings.groups,
			      loaded->settings.filters);
	ring_sizes__apply(&loaded->settings.ring_sizes, loaded->settings.nr_cpus, object);
	return select_programs(loaded);
}

static bool is_wanted(const struct prog_object *loaded, const struct bpf_program *program)
{
	return bpf_program__autoload(program) && !flow_iterator__is_program(program) &&
	       !(loaded->left_out & HOOK_BIT(hooks__of(program)));
}

/*
 * Attaches the loaded programs that are `behind` places after their hook's first one; 0: the first
 * ones themselves. On failure *failed is the hook at which it happened.
 */
static int attach_behind(struct prog_object *loaded, __u32 behind, enum hook_index *failed)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, loaded->object) {
		int err;

		*failed = hooks__of(program);
		if (hook_links__behind(program) != behind || !is_wanted(loaded, program))
			continue;
		if (loaded->fronts && hook_links__leaves_marks(program)) {
			hook_fronts__add(&loaded->links, program);
			continue;
		}
		err = hook_links__attach(&loaded->links, program);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Attaches every loaded program. On failure *failed is the hook at which it happened. The first
 * program of each hook is attached last, because the kernel runs the fentry programs of a function
 * in the reverse order of attaching. The self-test checks that order; a test build can attach in
 * the wrong one, or leave out the last programs.
 */
static int attach_each(struct prog_object *loaded, enum hook_index *failed)
{
	__u32 last = loaded->seconds - (loaded->seconds && test_overrides__is_unfinished());
	int err = 0;

	for (__u32 i = 0; i <= last && !err; i++)
		err = attach_behind(loaded, test_overrides__is_reversed() ? i : last - i, failed);
	return err;
}

void prog_object__close(struct prog_object *loaded)
{
	hook_links__close(&loaded->links);
	flow_iterator__close(&loaded->iterator);
	bpf_object__close(loaded->object);
	loaded->object = NULL;
}

static int load(struct prog_object *loaded, bool with_statistics)
{
	int err;

	loaded->object = prog_builds__open(loaded->way);
	if (!loaded->object)
		return -errno;
	err = configure(loaded);
	if (!err && with_statistics)
		err = verifier__request_statistics(loaded->object);
	if (!err)
		err = bpf_object__load(loaded->object);
	if (err)
		prog_object__close(loaded);
	return err;
}

/* Statistics replace the verifier's error messages: a failed load is repeated without them. */
static int load_with_messages(struct prog_object *loaded)
{
	bool verbose = report_level() == REPORT_VERBOSE;
	int err = load(loaded, verbose);

	return err && verbose ? load(loaded, false) : err;
}

/*
 * Loads the programs that the kernel accepts. The kernel does not report which one it rejects, so
 * if the necessary ones load together, the optional ones are added one by one.
 */
static int load_what_is_accepted(struct prog_object *loaded)
{
	unsigned int candidates = hooks__optional() & ~loaded->left_out & ~unused_hooks(loaded);
	int err;

	if (!loaded->queued)
		candidates &= ~HOOK_BIT(HOOK_QUEUE_XMIT_V6);
	loaded->left_out |= candidates;
	err = load_with_messages(loaded);
	for (int hook = 0; hook < HOOKS && !err; hook++) {
		if (!(candidates & HOOK_BIT(hook)))
			continue;
		prog_object__close(loaded);
		loaded->left_out &= ~HOOK_BIT(hook);
		if (load(loaded, false)) {
			loaded->left_out |= HOOK_BIT(hook);
			err = load_with_messages(loaded);
		}
	}
	return err;
}

/*
 * Leaves out a hook whose program could not be attached. Without HOOK_CHANGE_CC other programs are
 * needed, see loaded_filters().
 */
static int leave_out(struct prog_object *loaded, enum hook_index hook)
{
	hook_links__close(&loaded->links);
	loaded->left_out |= HOOK_BIT(hook);
	if (hook != HOOK_CHANGE_CC)
		return 0;
	prog_object__close(loaded);
	return load_with_messages(loaded);
}

static int attach(struct prog_object *loaded)
{
	enum hook_index failed = HOOKS;
	int err = attach_each(loaded, &failed);

	while (attach_way__is_rejection(err) && hooks__is_optional(failed)) {
		err = leave_out(loaded, failed);
		if (err)
			return err;
		err = attach_each(loaded, &failed);
	}
	loaded->transmit_refused |= attach_way__is_rejection(err) && failed == HOOK_TRANSMIT_SKB;
	return err;
}

static unsigned int find_left_out(const struct prog_object *loaded)
{
	unsigned int missing = hooks__missing(loaded->way.type) & ~unused_hooks(loaded);

	if (loaded->queued)
		return missing | HOOK_BIT(HOOK_TRANSMIT_SKB);
	return missing & ~HOOK_BIT(HOOK_QUEUE_XMIT_V6);
}

int prog_object__open(struct prog_object *loaded)
{
	int err;

	/* Loading the whole object to find out takes seconds of a slow machine. */
	if (loaded->way.ring == RING_MAPPED && host_features__lacks_atomics())
		return -ENOTSUP;
	if (!loaded->queued && !hooks__is_offered(HOOK_TRANSMIT_SKB, loaded->way.type)) {
		loaded->transmit_refused = true;
		return -ENOENT;
	}
	loaded->left_out = find_left_out(loaded);
	err = load_with_messages(loaded);
	if (attach_way__is_rejection(err))
		err = load_what_is_accepted(loaded);
	if (err)
		return err;
	if (loaded->way.storage == SIFTR_FLOW_SK_STORAGE)
		err = socket_storage__probe(prog_object__map_fd(loaded, "flows_by_socket"));
	if (!err)
		err = attach(loaded);
	if (!err && find_map(loaded->object, ".data.second"))
		err = hook_links__map_second(&loaded->links,
					     prog_object__map_fd(loaded, ".data.second"));
	if (err)
		prog_object__close(loaded);
	else if (loaded->settings.groups & SIFTR_GROUP_BIT(sample))
		flow_iterator__open(&loaded->iterator, loaded->object, loaded->way.storage);
	return err;
}

int prog_object__iterator_fd(const struct prog_object *loaded)
{
	return loaded->iterator.link ? loaded->iterator.fd : -1;
}

int prog_object__map_fd(const struct prog_object *loaded, const char *name)
{
	return bpf_map__fd(find_map(loaded->object, name));
}
