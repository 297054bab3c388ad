// SPDX-License-Identifier: BSD-2-Clause
#include "commands/doctor_host.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <linux/capability.h>

#include <bpf/libbpf.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/clock_source.h"
#include "capture/hooks.h"
#include "capture/kernel_btf.h"
#include "capture/load_errors.h"
#include "capture/preemption_watch.h"
#include "commands/doctor_finding.h"

static void show_kernel(void)
{
	struct utsname host;

	uname(&host);
	doctor_finding__print(FINDING_NOTE, "kernel", "%s, %s", host.release, host.machine);
}

static void show_btf(const struct host_facts *facts)
{
	if (!facts->btf_error)
		doctor_finding__print(FINDING_OK, "type information (BTF)", "%s", KERNEL_BTF_PATH);
	else
		doctor_finding__print(FINDING_FAIL, "type information (BTF)", "%s: %s; %s",
				      KERNEL_BTF_PATH, strerror(-facts->btf_error),
				      LOAD_ERRORS_BTF_FIX);
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
			doctor_finding__print(FINDING_OK, what, "%s", text);
		else if (without)
			doctor_finding__print(FINDING_NOTE, what, "%s: %s", text, without);
		else
			doctor_finding__print(FINDING_FAIL, what, "%s; %s", text,
					      LOAD_ERRORS_HOOK_FIX);
	}
}

/* Shows whether the kernel has BPF ring buffers: libbpf tries to create one, with privilege. */
static void show_ring_buffer(const struct host_facts *facts)
{
	int offered;

	if (!host_features__is_privileged(facts)) {
		doctor_finding__print(FINDING_NOTE, "ring buffer",
				      "cannot be asked for without privilege");
		return;
	}
	offered = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL);
	if (offered > 0)
		doctor_finding__print(FINDING_OK, "ring buffer", "offered");
	else
		doctor_finding__print(FINDING_FAIL, "ring buffer", "%s",
				      offered ? strerror(-offered) : LOAD_ERRORS_RING_FIX);
}

static void show_clock(void)
{
	__u64 tick_ns = clock__tick_ns();

	doctor_finding__print(FINDING_OK, "clock", "CLOCK_MONOTONIC; a jiffy is %llu us (HZ %llu)",
			      tick_ns / NSEC_PER_USEC, NSEC_PER_SEC / tick_ns);
}

static void show_clock_source(void)
{
	const char *remark;
	char name[32];
	int err = clock_source__read(name, sizeof(name));

	if (err) {
		doctor_finding__print(FINDING_NOTE, "clock source", "cannot be read: %s",
				      strerror(-err));
		return;
	}
	remark = clock_source__remark(name);
	if (remark)
		doctor_finding__print(FINDING_NOTE, "clock source", "%s: %s", name, remark);
	else
		doctor_finding__print(FINDING_OK, "clock source", "%s", name);
}

static void show_capability(const struct host_facts *facts, const struct host_need *need)
{
	char what[64];
	int held = host_features__has(facts, need->capability),
	    covered = host_features__holds(facts, need);

	snprintf(what, sizeof(what), "capability %s", need->name);
	if (held)
		doctor_finding__print(FINDING_OK, what, "held, %s", need->use);
	else
		doctor_finding__print(
			covered ? FINDING_OK : FINDING_FAIL, what, "missing, %s; %s", need->use,
			covered ? "CAP_SYS_ADMIN stands for it" : LOAD_ERRORS_ROOT_FIX);
}

static void show_locked_memory(const struct host_facts *facts)
{
	unsigned long long bytes;

	if (host_features__limits_memory(facts, &bytes))
		doctor_finding__print(FINDING_NOTE, "limit of locked memory", "%llu KiB; %s",
				      bytes / 1024, LOAD_ERRORS_MEMORY_FIX);
	else
		doctor_finding__print(FINDING_OK, "limit of locked memory",
				      "does not limit the maps");
}

static void show_settings(const struct host_facts *facts)
{
	doctor_finding__print(FINDING_NOTE, "lockdown", "%s",
			      facts->lockdown[0] ? facts->lockdown
						 : "not built in, or securityfs not mounted");
	if (facts->perf_event_paranoid != LONG_MIN)
		doctor_finding__print(
			FINDING_NOTE, "kernel.perf_event_paranoid", "%ld; %s",
			facts->perf_event_paranoid,
			host_features__is_paranoid(facts)
				? "CAP_SYS_ADMIN is above it; CAP_PERFMON is not in some "
				  "kernels, which then refuse some kprobes"
				: "CAP_PERFMON is above it");
	if (facts->unprivileged_bpf_disabled != LONG_MIN)
		doctor_finding__print(FINDING_NOTE, "kernel.unprivileged_bpf_disabled",
				      "%ld; CAP_BPF is above it", facts->unprivileged_bpf_disabled);
	if (facts->ftrace_enabled == 0)
		doctor_finding__print(FINDING_FAIL, "kernel.ftrace_enabled",
				      "0: tracing programs would not be called; %s",
				      SWITCHES_FTRACE_FIX);
	else if (facts->ftrace_enabled != LONG_MIN)
		doctor_finding__print(FINDING_OK, "kernel.ftrace_enabled", "%ld",
				      facts->ftrace_enabled);
}

static void show_preemption(void)
{
	char text[PREEMPTION_WATCH_BYTES];

	preemption_watch__describe(text);
	doctor_finding__print(FINDING_NOTE, "preemption", "%s", text);
}

void doctor_host__show(const struct host_facts *facts)
{
	show_kernel();
	show_preemption();
	show_btf(facts);
	show_hooks();
	show_ring_buffer(facts);
	show_clock();
	show_clock_source();
	for (const struct host_need *need = host_features__needs; need->name; need++)
		show_capability(facts, need);
	show_locked_memory(facts);
	show_settings(facts);
}
