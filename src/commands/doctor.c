// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf doctor`: a line for each thing that tracing needs, with a fix if it is missing. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <linux/capability.h>

#include <bpf/libbpf.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/clock_source.h"
#include "capture/hooks.h"
#include "capture/host_features.h"
#include "capture/kernel_btf.h"
#include "capture/programs.h"
#include "capture/load_errors.h"
#include "commands/commands.h"
#include "report/libbpf_log.h"
#include "report/report.h"

#define OK   "ok"
#define FAIL "FAIL"
#define NOTE "-"

#define REASON_BYTES 256

/* FAIL lines so far: if there are any, show_load_error() looks for no other cause. */
static int nr_failed;

__attribute__((format(printf, 3, 4))) static void finding(const char *status, const char *what,
							  const char *text, ...)
{
	va_list args;

	nr_failed += !strcmp(status, FAIL);
	printf("%-5s %-32s ", status, what);
	va_start(args, text);
	vprintf(text, args);
	va_end(args);
	putchar('\n');
}

static void show_kernel(void)
{
	struct utsname host;

	uname(&host);
	finding(NOTE, "kernel", "%s, %s", host.release, host.machine);
}

static void show_btf(const struct host_facts *facts)
{
	if (!facts->btf_error)
		finding(OK, "type information (BTF)", "%s", KERNEL_BTF_PATH);
	else
		finding(FAIL, "type information (BTF)", "%s: %s; %s", KERNEL_BTF_PATH,
			strerror(-facts->btf_error), LOAD_ERRORS_BTF_FIX);
}

/* The hooks that replace __tcp_transmit_skb are shown only if that cannot be attached. */
static void show_hooks(void)
{
	bool replaced = !hooks__is_offered(HOOK_TRANSMIT_SKB, ATTACH_KPROBE);

	for (int hook = 0; hook < HOOKS; hook++) {
		const char *without = hooks__all[hook].without;
		char what[64], text[256];

		snprintf(what, sizeof(what), "hook %s", hooks__all[hook].function);
		if (!replaced && (hook == HOOK_QUEUE_XMIT_V4 || hook == HOOK_QUEUE_XMIT_V6))
			continue;
		if (hooks__describe(hook, text, sizeof(text)))
			finding(OK, what, "%s", text);
		else if (without)
			finding(NOTE, what, "%s: %s", text, without);
		else
			finding(FAIL, what, "%s; %s", text, LOAD_ERRORS_HOOK_FIX);
	}
}

/* Whether the kernel has BPF ring buffers: libbpf tries to create one, which takes privilege. */
static void show_ring_buffer(const struct host_facts *facts)
{
	int offered;

	if (!host_features__is_privileged(facts)) {
		finding(NOTE, "ring buffer", "cannot be asked for without privilege");
		return;
	}
	offered = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL);
	if (offered > 0)
		finding(OK, "ring buffer", "offered");
	else
		finding(FAIL, "ring buffer", "%s",
			offered ? strerror(-offered) : LOAD_ERRORS_RING_FIX);
}

static void show_clock(void)
{
	__u64 tick_ns = clock__tick_ns();

	finding(OK, "clock", "CLOCK_MONOTONIC; a jiffy is %llu us (HZ %llu)",
		tick_ns / NSEC_PER_USEC, NSEC_PER_SEC / tick_ns);
}

static void show_clock_source(void)
{
	const char *remark;
	char name[32];
	int err = clock_source__read(name, sizeof(name));

	if (err) {
		finding(NOTE, "clock source", "cannot be read: %s", strerror(-err));
		return;
	}
	remark = clock_source__remark(name);
	if (remark)
		finding(NOTE, "clock source", "%s: %s", name, remark);
	else
		finding(OK, "clock source", "%s", name);
}

/*
 * Reports a time namespace that shifts the monotonic clock. Measuring that may need a BPF program,
 * so it is done only after the programs of tracing could be loaded.
 */
static void show_time_namespace(void)
{
	if (!clock__open() && clock__ahead_ns())
		finding(NOTE, "time namespace",
			"shifts the monotonic clock by %.6f s, which is taken off",
			(double)clock__ahead_ns() / NSEC_PER_SEC);
}

static void show_capability(const struct host_facts *facts, const struct host_need *need)
{
	char what[64];
	int held = host_features__has(facts, need->capability),
	    covered = host_features__holds(facts, need);

	snprintf(what, sizeof(what), "capability %s", need->name);
	if (held)
		finding(OK, what, "held, %s", need->use);
	else
		finding(covered ? OK : FAIL, what, "missing, %s; %s", need->use,
			covered ? "CAP_SYS_ADMIN stands for it" : LOAD_ERRORS_ROOT_FIX);
}

static void show_locked_memory(const struct host_facts *facts)
{
	unsigned long long bytes;

	if (host_features__limits_memory(facts, &bytes))
		finding(NOTE, "limit of locked memory", "%llu KiB; %s", bytes / 1024,
			LOAD_ERRORS_MEMORY_FIX);
	else
		finding(OK, "limit of locked memory", "does not limit the maps");
}

static void show_settings(const struct host_facts *facts)
{
	finding(NOTE, "lockdown", "%s",
		facts->lockdown[0] ? facts->lockdown : "not built in, or securityfs not mounted");
	if (facts->perf_event_paranoid != LONG_MIN)
		finding(NOTE, "kernel.perf_event_paranoid", "%ld; CAP_PERFMON is above it",
			facts->perf_event_paranoid);
	if (facts->unprivileged_bpf_disabled != LONG_MIN)
		finding(NOTE, "kernel.unprivileged_bpf_disabled", "%ld; CAP_BPF is above it",
			facts->unprivileged_bpf_disabled);
	if (facts->ftrace_enabled == 0)
		finding(FAIL, "kernel.ftrace_enabled",
			"0: tracing programs would not be called; %s", SWITCHES_FTRACE_FIX);
	else if (facts->ftrace_enabled != LONG_MIN)
		finding(OK, "kernel.ftrace_enabled", "%ld", facts->ftrace_enabled);
}

/* Whether the kernel calls the attached programs: it may not, for example without ftrace. */
static int show_selftest(const struct programs *programs)
{
	char text[LOAD_ERRORS_BYTES];
	struct switches switches;
	struct selftest test;
	int err = selftest__run(programs, libbpf_num_possible_cpus(), &test);

	if (err)
		return err;
	switches__open(&switches, programs__attach_type(programs));
	err = load_errors__find_uncalled(&test, switches.off, text);
	switches__close(&switches);
	if (err)
		finding(FAIL, "self-test", "%s", text);
	else if (test.outcome == SELFTEST_NOT_MADE)
		finding(NOTE, "self-test", "no connection over the loopback of this namespace: %s",
			strerror(-test.err));
	else
		finding(OK, "self-test", "the hooks have seen a connection of our own");
	return err;
}

/* Prints what the loaded programs can do on this kernel, and whether it calls them. */
static int show_programs(const struct programs *programs)
{
	show_time_namespace();
	finding(OK, "flow storage", "%s",
		attach_way__storage_name(programs__flow_storage(programs)));
	finding(OK, "rings", "%s", attach_way__ring_name(programs__ring_kind(programs)));
	finding(OK, "coalesced packets", "%s",
		programs__counts_coalesced(programs) ? "counted" : "cannot be counted here");
	for (int hook = 0; hook < HOOKS; hook++)
		if (programs__left_out(programs) & HOOK_BIT(hook))
			finding(NOTE, "tracing without a hook", "%s: %s", hooks__all[hook].function,
				hooks__all[hook].without);
	if (show_selftest(programs)) {
		finding(FAIL, "tracing", "attached by %s, but not called; see FAIL above",
			attach_way__type_name(programs__attach_type(programs)));
		return EXIT_NO_TRACING;
	}
	finding(OK, "tracing", "works, hooks attached by %s, preemption %s",
		attach_way__type_name(programs__attach_type(programs)),
		preemption__name(programs__preemption(programs)));
	return EXIT_CLEAN;
}

/* Prints why the programs cannot be loaded, unless a FAIL line above has said so. */
static void show_load_error(int err)
{
	char reason[REASON_BYTES];

	if (err == -EPERM) {
		finding(FAIL, "tracing", "%s; %s", strerror(-err), load_errors__eperm_fix());
		return;
	}
	if (!nr_failed) {
		libbpf_log__find_cause(reason, sizeof(reason));
		finding(FAIL, "BPF programs",
			"cannot be loaded: %s%s%s; siftr-bpf -v shows the kernel's messages",
			strerror(-err), reason[0] ? ": " : "", reason);
	}
	finding(FAIL, "tracing", "%s; see FAIL above", strerror(-err));
}

/* Whether tracing works: loads and attaches the programs as `trace` does, and removes them. */
static int show_tracing(const struct host_facts *facts)
{
	const struct programs_settings all = {libbpf_num_possible_cpus(), false,
					      ring_sizes__choose(0, sizeof(struct siftr_record)), 0,
					      false};
	struct programs *programs;
	int err, status;

	if (!host_features__is_privileged(facts)) {
		finding(FAIL, "tracing", "not tried; %s", LOAD_ERRORS_ROOT_FIX);
		return EXIT_NO_TRACING;
	}
	if (facts->btf_error || facts->ftrace_enabled == 0) {
		finding(FAIL, "tracing", "not tried; see FAIL above");
		return EXIT_NO_TRACING;
	}
	err = programs__open(&all, &programs);
	if (err) {
		show_load_error(err);
		return EXIT_NO_TRACING;
	}
	status = show_programs(programs);
	programs__free(programs);
	return status;
}

int command_doctor(void)
{
	struct host_facts facts;
	int status;

	host_features__read_facts(&facts);
	show_kernel();
	show_btf(&facts);
	show_hooks();
	show_ring_buffer(&facts);
	show_clock();
	show_clock_source();
	for (const struct host_need *need = host_features__needs; need->name; need++)
		show_capability(&facts, need);
	show_locked_memory(&facts);
	show_settings(&facts);
	status = show_tracing(&facts);
	kernel_btf__free();
	return report_flush() ? EXIT_OUTPUT : status;
}
