// SPDX-License-Identifier: BSD-2-Clause
/* Each cause has one message and one way out. */
#include "capture/refusal.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include <bpf/libbpf.h>

#include "capture/host.h"
#include "report.h"

int refusal__check(void)
{
	struct host_facts facts;

	host__read_facts(&facts);
	for (const struct host_need *need = host__needs; need->name; need++)
		if (!host__holds(&facts, need))
			report_message("%s is missing: tracing needs it %s", need->name, need->use);
	if (!host__is_privileged(&facts)) {
		report_message(REFUSAL_ROOT_FIX);
		return -EPERM;
	}
	if (facts.btf_error) {
		report_error(facts.btf_error, "read the kernel's type information, " HOST_BTF_PATH);
		report_message(REFUSAL_BTF_FIX);
	}
	return facts.btf_error;
}

const char *refusal__eperm_fix(void)
{
	struct host_facts facts;
	unsigned long long bytes;

	host__read_facts(&facts);
	if (facts.lockdown[0] && strcmp(facts.lockdown, "none"))
		return "kernel lockdown is on and may forbid it: boot with lockdown=none or without "
		       "Secure Boot";
	if (host__limits_memory(&facts, &bytes))
		return REFUSAL_MEMORY_FIX;
	return "inside a container run it on the host, or grant CAP_BPF and CAP_PERFMON "
	       "(CAP_SYS_ADMIN before Linux 5.8) and allow the bpf system call; a kernel may also "
	       "forbid it for everybody";
}

/* Names the hooks the kernel does not have; returns how many. */
static int explain_missing_hooks(const char *release)
{
	int missing = 0;

	for (const char *const *hook = host__hooks; *hook; hook++) {
		if (host__find_hook(*hook) != HOST_HOOK_NONE)
			continue;
		report_message("kernel %s has no function %s to trace; %s", release, *hook,
			       REFUSAL_HOOK_FIX);
		missing++;
	}
	return missing;
}

int refusal__explain(int err)
{
	struct utsname host;

	uname(&host);
	if (err == -EPERM) {
		report_error(err, "load the BPF programs");
		report_message(
			"the kernel refuses tracing programs although this process holds the "
			"capabilities");
		report_message("%s", refusal__eperm_fix());
		return err;
	}
	report_libbpf();
	report_error(err, "load the BPF programs on kernel %s", host.release);
	if (explain_missing_hooks(host.release))
		return err;
	/* What is refused for another reason is refused to the probe as well. */
	if (err == -EINVAL && libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 0)
		report_message(REFUSAL_RING_FIX);
	else
		report_message("what libbpf and the kernel's verifier said is above; "
			       "siftr-bpf doctor shows what this host offers");
	return err;
}
