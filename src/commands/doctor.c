// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf doctor`: a line for each thing that tracing needs, with a fix if it is missing. */
#include <errno.h>
#include <string.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/cpus.h"
#include "capture/hooks.h"
#include "capture/host_features.h"
#include "capture/kernel_btf.h"
#include "capture/load_errors.h"
#include "capture/programs.h"
#include "commands/commands.h"
#include "commands/doctor_finding.h"
#include "commands/doctor_host.h"
#include "report/libbpf_log.h"
#include "report/report.h"

#define REASON_BYTES 256

/*
 * Reports a time namespace that shifts the monotonic clock. Measuring that may need a BPF program,
 * so it is done only after the programs of tracing could be loaded.
 */
static void show_time_namespace(void)
{
	if (!clock__open() && clock__ahead_ns())
		doctor_finding__print(FINDING_NOTE, "time namespace",
				      "shifts the monotonic clock by %.6f s, which is taken off",
				      (double)clock__ahead_ns() / NSEC_PER_SEC);
}

/*
 * Shows whether the kernel calls the attached programs: it may not, for example without ftrace. 0
 * if it does or if that could not be tested, else a negative errno.
 */
static int show_selftest(const struct programs *programs)
{
	char text[LOAD_ERRORS_BYTES];
	struct switches switches;
	struct selftest test;
	int err = selftest__run(programs, cpus__possible(), &test);

	if (err)
		return err;
	switches__open(&switches, programs__use(programs).way);
	err = load_errors__find_uncalled(&test, switches.off, text);
	switches__close(&switches);
	if (err)
		doctor_finding__print(FINDING_FAIL, "self-test", "%s", text);
	else if (test.outcome == SELFTEST_NOT_MADE)
		doctor_finding__print(FINDING_NOTE, "self-test",
				      "no connection over the loopback of this namespace: %s",
				      strerror(-test.err));
	else
		doctor_finding__print(FINDING_OK, "self-test",
				      "the hooks have seen a connection of our own");
	if (test.twice)
		doctor_finding__print(FINDING_NOTE, "order of programs", "%s: " SELFTEST_TWICE,
				      test.twice);
	return err;
}

/*
 * Prints what the loaded programs can do on this kernel, and whether it calls them. Returns an exit
 * code.
 */
static int show_programs(const struct programs *programs)
{
	char fall[PROGRAMS_FALL_BYTES];

	show_time_namespace();
	doctor_finding__print(FINDING_OK, "flow storage", "%s",
			      attach_way__storage_name(programs__flow_storage(programs)));
	doctor_finding__print(FINDING_OK, "rings", "%s",
			      attach_way__ring_name(programs__ring_kind(programs)));
	doctor_finding__print(FINDING_OK, "coalesced packets", "%s",
			      programs__counts_coalesced(programs) ? "counted"
								   : "cannot be counted here");
	if (programs__describe_fall(programs, fall, sizeof(fall)))
		doctor_finding__print(FINDING_NOTE, "attachment", "%s", fall);
	for (int hook = 0; hook < HOOKS; hook++)
		if (programs__left_out(programs) & HOOK_BIT(hook))
			doctor_finding__print(FINDING_NOTE, "tracing without a hook", "%s: %s",
					      hooks__all[hook].function, hooks__all[hook].without);
	if (show_selftest(programs)) {
		doctor_finding__print(FINDING_FAIL, "tracing",
				      "attached by %s, but not called; see FAIL above",
				      attach_way__type_name(programs__attach_type(programs)));
		return EXIT_NO_TRACING;
	}
	doctor_finding__print(FINDING_OK, "tracing", "works, hooks attached by %s, preemption %s",
			      attach_way__type_name(programs__attach_type(programs)),
			      preemption__name(programs__preemption(programs)));
	return EXIT_CLEAN;
}

/* Prints why the programs cannot be loaded, unless a FAIL line above has said so. */
static void show_load_error(int err)
{
	char reason[REASON_BYTES];

	if (err == -EPERM) {
		doctor_finding__print(FINDING_FAIL, "tracing", "%s; %s", strerror(-err),
				      load_errors__eperm_fix());
		return;
	}
	if (!doctor_finding__failures()) {
		libbpf_log__find_cause(reason, sizeof(reason));
		doctor_finding__print(
			FINDING_FAIL, "BPF programs",
			"cannot be loaded: %s%s%s; siftr-bpf -v shows the kernel's messages",
			strerror(-err), reason[0] ? ": " : "", reason);
	}
	doctor_finding__print(FINDING_FAIL, "tracing", "%s; see FAIL above", strerror(-err));
}

/*
 * Shows whether tracing works: loads and attaches the programs as `trace` does, and removes them.
 * Returns an exit code.
 */
static int show_tracing(const struct host_facts *facts)
{
	const struct programs_settings all = {
		.nr_cpus = cpus__possible(),
		.ring_sizes = ring_sizes__choose(0, sizeof(struct siftr_record)),
	};
	struct programs *programs;
	int err, status;

	if (!host_features__is_privileged(facts)) {
		doctor_finding__print(FINDING_FAIL, "tracing", "not tried; %s",
				      LOAD_ERRORS_ROOT_FIX);
		return EXIT_NO_TRACING;
	}
	if (facts->btf_error || facts->ftrace_enabled == 0) {
		doctor_finding__print(FINDING_FAIL, "tracing", "not tried; see FAIL above");
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
	doctor_host__show(&facts);
	status = show_tracing(&facts);
	kernel_btf__free();
	return report_flush() ? EXIT_OUTPUT : status;
}
