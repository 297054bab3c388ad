// SPDX-License-Identifier: BSD-2-Clause
/*
 * Examines the host before loading and after a failure, the most probable cause first; each cause
 * has one message with its remedy.
 */
#include "capture/load_errors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <bpf/libbpf.h>

#include "capture/hooks.h"
#include "capture/host_features.h"
#include "capture/kernel_btf.h"
#include "capture/transient_error.h"
#include "report/libbpf_log.h"
#include "report/report.h"

#define LOCKDOWN_FIX                                                                          \
	"kernel lockdown is on for confidentiality and may forbid it: trace without filters " \
	"and without --fields, or boot with lockdown=none or lockdown=integrity"

int load_errors__check(void)
{
	struct host_facts facts;

	host_features__read_facts(&facts);
	for (const struct host_need *need = host_features__needs; need->name; need++)
		if (!host_features__holds(&facts, need))
			report_message("%s is missing: tracing needs it %s", need->name, need->use);
	if (!host_features__is_privileged(&facts)) {
		report_message(LOAD_ERRORS_ROOT_FIX);
		return -EPERM;
	}
	if (facts.btf_error) {
		report_error(facts.btf_error,
			     "read the kernel's type information, " KERNEL_BTF_PATH);
		if (transient_error__is(facts.btf_error))
			transient_error__report_fix(facts.btf_error);
		else
			report_message(LOAD_ERRORS_BTF_FIX);
		return facts.btf_error;
	}
	/*
	 * Refuse before attaching: attaching with ftrace_enabled at 0 breaks function tracing of
	 * Linux 6.1 until the next boot.
	 */
	if (facts.ftrace_enabled == 0) {
		report_message("kernel.ftrace_enabled is 0: the kernel would call no tracing "
			       "program; %s",
			       SWITCHES_FTRACE_FIX);
		return -EOPNOTSUPP;
	}
	return 0;
}

const char *load_errors__eperm_fix(void)
{
	struct host_facts facts;
	unsigned long long bytes;

	host_features__read_facts(&facts);
	if (host_features__is_confidential(&facts))
		return LOCKDOWN_FIX;
	if (host_features__limits_memory(&facts, &bytes))
		return LOAD_ERRORS_MEMORY_FIX;
	return "inside a container run it on the host, or grant CAP_BPF and CAP_PERFMON "
	       "(CAP_SYS_ADMIN before Linux 5.8) and allow the bpf system call; a kernel may also "
	       "forbid it for everybody";
}

/*
 * Reports each kernel function that must be traced and does not
 * exist here; returns their number.
 */
static int explain_missing_hooks(const char *release)
{
	int missing = 0;

	for (int hook = 0; hook < HOOKS; hook++) {
		const char *function = hooks__all[hook].function;

		if (hooks__is_optional(hook) || hook == HOOK_TRANSMIT_SKB ||
		    hooks__is_offered(hook, ATTACH_KPROBE))
			continue;
		report_message("kernel %s has no function %s to trace; %s", release, function,
			       LOAD_ERRORS_HOOK_FIX);
		missing++;
	}
	return missing;
}

/*
 * Reports the line of libbpf's messages that names the cause. With -v all of them have been
 * printed already.
 */
static void report_reason(void)
{
	char reason[LOAD_ERRORS_BYTES];

	libbpf_log__find_cause(reason, sizeof(reason));
	if (reason[0])
		report_message("%s; siftr-bpf -v shows the kernel's messages", reason);
	else
		report_message("siftr-bpf doctor shows what this host offers");
}

int load_errors__explain(int err)
{
	struct host_facts facts;
	struct utsname host;

	uname(&host);
	if (err == -EPERM) {
		report_error(err, "load the BPF programs");
		report_message(
			"the kernel refuses tracing programs although this process holds the "
			"capabilities");
		report_message("%s", load_errors__eperm_fix());
		return err;
	}
	if (transient_error__is(err)) {
		report_error(err, "load the BPF programs");
		transient_error__report_fix(err);
		return err;
	}
	report_error(err, "load the BPF programs on kernel %s", host.release);
	if (explain_missing_hooks(host.release))
		return err;
	host_features__read_facts(&facts);
	/* Lockdown "confidentiality" forbids reading memory: EPERM, or EINVAL to kprobes. */
	if (host_features__is_confidential(&facts)) {
		report_message(LOCKDOWN_FIX);
		return err;
	}
	/* The last test, because the causes above make this probe fail as well. */
	if (err == -EINVAL && libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 0)
		report_message(LOAD_ERRORS_RING_FIX);
	else
		report_reason();
	/* Kprobes are what is tried last, so that the error is theirs. */
	if (err == -EACCES && host_features__may_refuse_kprobes(&facts))
		report_message(LOAD_ERRORS_KPROBE_FIX);
	return err;
}

int load_errors__find_uncalled(const struct selftest *test, const struct kernel_switch *off,
			       char text[LOAD_ERRORS_BYTES])
{
	bool is_seen = test->outcome == SELFTEST_SEEN && !(off && off->some);

	if (is_seen || (test->outcome == SELFTEST_NOT_MADE && !off))
		return 0;
	if (off)
		snprintf(text, LOAD_ERRORS_BYTES, "%s is 0, so that the kernel calls %s: %s",
			 off->name, off->some ? "not all programs" : "no program", off->fix);
	else
		snprintf(text, LOAD_ERRORS_BYTES,
			 "a connection of this program's own passed %s, and the kernel did not "
			 "call the program attached there: please report this, with what "
			 "siftr-bpf doctor shows",
			 test->hook);
	return -EOPNOTSUPP;
}

int load_errors__check_calls(const struct selftest *test, const struct kernel_switch *off)
{
	char text[LOAD_ERRORS_BYTES];
	int err = load_errors__find_uncalled(test, off, text);

	if (err)
		report_message("cannot trace: %s", text);
	else if (test->outcome == SELFTEST_NOT_MADE)
		report_detail("no self-test: no connection over this loopback: %s",
			      strerror(-test->err));
	else
		report_detail("self-test: the hooks have seen a connection of our own");
	return err;
}
