// SPDX-License-Identifier: BSD-2-Clause
/*
 * Owns the programs, the rings and the shared memory. What needs privilege happens in
 * tracer__open(); then mapped memory controls the programs, and a loaded one may be attached.
 */
#include "capture/tracer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/cpus.h"
#include "capture/first_owners.h"
#include "capture/flow_rests.h"
#include "capture/front_watch.h"
#include "capture/group_layout.h"
#include "capture/hooks.h"
#include "capture/kernel_btf.h"
#include "capture/load_errors.h"
#include "capture/preemption_watch.h"
#include "capture/rings.h"
#include "capture/selftest.h"
#include "capture/shared.h"
#include "capture/switches.h"
#include "capture/verdict_watch.h"
#include "report/report.h"

struct tracer {
	struct programs *programs;
	struct rings rings;
	struct shared shared;
	struct flow_rests rests;
	struct siftr_counters tested; /* counts of the self-test, subtracted from all readings */
	struct switches switches;
	struct preemption_watch preemption;
	struct verdict_watch verdicts;
	struct front_watch fronts;
	int nr_cpus;
};

/*
 * Runs the self-test. If it finds that the kernel runs the programs of a hook in another order than
 * they were attached for, loads them again with one program for each hook and tests again. 0 or a
 * negative errno, reported.
 */
static int test_programs(struct tracer *tracer, struct programs_settings settings,
			 struct selftest *test)
{
	int err = selftest__run(tracer->programs, tracer->nr_cpus, test);

	if (err || !test->twice)
		return err;
	report_notice("%s: " SELFTEST_TWICE, test->twice);
	programs__free(tracer->programs);
	settings.alone = true;
	err = programs__open(&settings, &tracer->programs);
	if (err)
		return load_errors__explain(err);
	return selftest__run(tracer->programs, tracer->nr_cpus, test);
}

/*
 * Runs the self-test, fails if the kernel does not call the programs, and begins to watch the
 * switches. If it calls them although a switch is off, the switches have no effect here and are not
 * watched.
 */
static int run_selftest(struct tracer *tracer, const struct programs_settings *settings)
{
	struct selftest test;
	int err = test_programs(tracer, *settings, &test);

	if (err)
		return err;
	switches__open(&tracer->switches, programs__use(tracer->programs).way);
	err = load_errors__check_calls(&test, tracer->switches.off);
	if (!err && tracer->switches.off)
		switches__ignore(&tracer->switches);
	return err;
}

/* rings__open() waits for programs that still run, so the self-test's counters are final. */
static int open_memory(struct tracer *tracer, const struct ring_sizes *sizes)
{
	int err = rings__open(&tracer->rings, tracer->programs, sizes, tracer->nr_cpus);

	if (err == -EPERM)
		report_message("%s", load_errors__eperm_fix());
	if (!err)
		err = shared__open(tracer->programs, tracer->nr_cpus, tracer->rings.count,
				   &tracer->shared);
	if (!err)
		shared__read_counters(&tracer->shared, &tracer->tested);
	tracer->shared.holds = false;
	return err;
}

static int open_parts(struct tracer *tracer, const struct tracer_settings *settings)
{
	__u16 offsets[SIFTR_GROUPS];
	__u32 record_bytes = group_layout__place(settings->groups, offsets);
	const struct programs_settings wanted = {
		.nr_cpus = tracer->nr_cpus,
		.complete = settings->complete,
		.ring_sizes = ring_sizes__choose(settings->ring_bytes, record_bytes),
		.groups = settings->groups,
		.sampling = settings->sampling,
		.first_packet = settings->first_packet,
		.inbound_only = settings->inbound_only,
		.filters = filter__loaded(settings->filter, settings->steered),
	};
	int err = load_errors__check();

	if (err)
		return err;
	err = programs__open(&wanted, &tracer->programs);
	if (err)
		return load_errors__explain(err);
	programs__report_fall(tracer->programs);
	hooks__report_left_out(programs__left_out(tracer->programs));
	report_detail("records of %u bytes", record_bytes);
	err = run_selftest(tracer, &wanted);
	if (!err) {
		const struct attach_use use = programs__use(tracer->programs);

		preemption_watch__open(&tracer->preemption, &use);
		err = open_memory(tracer, &wanted.ring_sizes);
	}
	if (!err && settings->groups & SIFTR_GROUP_BIT(sample))
		err = flow_rests__open(tracer->programs, &tracer->rests);
	return err ? err : clock__open();
}

int tracer__open(const struct tracer_settings *settings, struct tracer **out)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));
	int err;

	*out = NULL;
	if (!tracer)
		return report_error(-ENOMEM, "start");
	tracer->rings = RINGS_NONE;
	tracer->rests = FLOW_RESTS_NONE;
	tracer->switches = SWITCHES_NONE;
	tracer->preemption = PREEMPTION_WATCH_NONE;
	tracer->nr_cpus = cpus__possible();
	err = open_parts(tracer, settings);
	kernel_btf__free();
	if (!err)
		err = first_owners__find(settings->filter, settings->steered, tracer->programs);
	if (err) {
		tracer__free(tracer);
		return err;
	}
	tracer__set_ppl(tracer, settings->ppl);
	shared__begin_filter(&tracer->shared, settings->filter, settings->steered);
	*out = tracer;
	return 0;
}

void tracer__free(struct tracer *tracer)
{
	if (!tracer)
		return;
	switches__close(&tracer->switches);
	preemption_watch__close(&tracer->preemption);
	flow_rests__close(&tracer->rests);
	shared__close(&tracer->shared);
	rings__close(&tracer->rings);
	programs__free(tracer->programs);
	free(tracer);
}

void tracer__start(struct tracer *tracer)
{
	switches__begin(&tracer->switches, clock__monotonic_ns());
	programs__begin(tracer->programs);
	shared__turn(&tracer->shared, tracer->shared.on);
}

__u64 tracer__stop(struct tracer *tracer, __u64 record_ns)
{
	__u64 stopped_ns = clock__monotonic_ns();

	programs__follow_switch(tracer->programs,
				switches__poll(&tracer->switches, stopped_ns, record_ns));
	shared__turn(&tracer->shared, SIFTR_OFF);
	stopped_ns = clock__monotonic_ns();
	programs__end(tracer->programs);
	return stopped_ns;
}

long tracer__read_rests(const struct tracer *tracer, struct siftr_rest **list)
{
	return flow_rests__read(&tracer->rests, list);
}

void tracer__want_ends(struct tracer *tracer, bool wanted)
{
	if (tracer->shared.live->want_ends != wanted)
		__atomic_store_n(&tracer->shared.live->want_ends, wanted, __ATOMIC_RELAXED);
}

void tracer__set_ppl(struct tracer *tracer, __u32 ppl)
{
	shared__set_ppl(&tracer->shared, ppl);
}

int tracer__set_filter(struct tracer *tracer, const struct filter_values *values)
{
	return shared__set_filter(&tracer->shared, values);
}

void tracer__poll_switches(struct tracer *tracer, __u64 record_ns, __u64 flows)
{
	__u64 now_ns = clock__monotonic_ns();

	front_watch__poll(&tracer->fronts, tracer->programs, &tracer->shared, &tracer->switches,
			  flows);
	preemption_watch__poll(&tracer->preemption, now_ns);
	if (now_ns < switches__due_ns(&tracer->switches, record_ns))
		return;
	programs__follow_switch(tracer->programs,
				switches__poll(&tracer->switches, now_ns, record_ns));
	if (verdict_watch__poll(&tracer->verdicts, tracer->switches.off,
				programs__skipped(tracer->programs, HOOK_CHANGE_CC)))
		shared__renew_verdicts(&tracer->shared);
}

__u64 tracer__poll_due_ns(const struct tracer *tracer, __u64 record_ns)
{
	return switches__due_ns(&tracer->switches, record_ns);
}

__u64 tracer__unobserved_ns(const struct tracer *tracer)
{
	return switches__unobserved_ns(&tracer->switches);
}

void tracer__next_file(struct tracer *tracer)
{
	__atomic_fetch_add(&tracer->shared.live->file, 1, __ATOMIC_SEQ_CST);
}

const struct ring_memory *tracer__rings(const struct tracer *tracer, size_t *nr_rings)
{
	*nr_rings = tracer->rings.count;
	return tracer->rings.memory;
}

void tracer__read_counters(const struct tracer *tracer, struct siftr_counters *sum)
{
	shared__read_counters(&tracer->shared, sum);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		for (int outcome = 0; outcome < SIFTR_OUTCOMES; outcome++)
			sum->of[direction][outcome] -= tracer->tested.of[direction][outcome];
}

/* Whether a count that the footer shows has changed: SIFTR_FIRST_SEEN to SIFTR_RECORDS. */
static bool counters_changed(const struct tracer *tracer, const struct siftr_counters *known)
{
	__u64 now[SIFTR_OUTCOMES];

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		shared__read_counts(&tracer->shared, direction, SIFTR_FIRST_SEEN, SIFTR_RECORDS,
				    now);
		for (int outcome = SIFTR_FIRST_SEEN; outcome <= SIFTR_RECORDS; outcome++)
			if (now[outcome] - tracer->tested.of[direction][outcome] !=
			    known->of[direction][outcome])
				return true;
	}
	return false;
}

/*
 * A packet that arrives just before the sleep is not missed: the request for a wakeup is stored
 * before rings and counters are checked. A packet comes either before the check, which sees it, or
 * after the store, and then wakes this process.
 */
void tracer__wait(struct tracer *tracer, const struct drain *drain,
		  const struct siftr_counters *known, int timeout_ms, const sigset_t *signals)
{
	__u32 request = known ? SIFTR_WAKE_PACKET : SIFTR_WAKE_RECORD;

	rings__forget_wakeups(&tracer->rings);
	shared__want_wakeup(&tracer->shared, request);
	if (drain__is_empty(drain) && !(known && counters_changed(tracer, known)))
		rings__wait(&tracer->rings, timeout_ms, signals);
	shared__want_wakeup(&tracer->shared, 0);
}

void tracer__watch(const struct tracer *tracer, int fd, __u32 events)
{
	rings__watch(&tracer->rings, fd, events);
}

const struct programs *tracer__programs(const struct tracer *tracer)
{
	return tracer->programs;
}
