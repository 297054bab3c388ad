// SPDX-License-Identifier: BSD-2-Clause
/*
 * Checks before the load that can name a cause the load itself would not, and
 * the reading of a failed load.
 */
#include "capture/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/capability.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "report.h"

#define BTF_PATH      "/sys/kernel/btf/vmlinux"
#define LOCKDOWN_PATH "/sys/kernel/security/lockdown"

static const char *const hooks[] = {
	"tcp_rcv_established",
	"tcp_rcv_state_process",
	"__tcp_transmit_skb",
	"tcp_timewait_state_process",
};

/* Effective capabilities as a bit set; see capabilities(7) for the numbers. */
static unsigned long long effective_capabilities(void)
{
	unsigned long long set = 0;
	char line[128];
	FILE *file = fopen("/proc/self/status", "re");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &set) == 1)
			break;
	if (file)
		fclose(file);
	return set;
}

static int check_privilege(void)
{
	unsigned long long have = effective_capabilities();

	if (geteuid() == 0 || have & 1ULL << CAP_SYS_ADMIN ||
	    (have & 1ULL << CAP_BPF && have & 1ULL << CAP_PERFMON))
		return 0;
	report_message("tracing the kernel needs root: run it with sudo "
		       "(or grant it CAP_BPF and CAP_PERFMON)");
	return -EPERM;
}

static int check_btf(struct btf **btf)
{
	int err;

	*btf = btf__parse_raw(BTF_PATH);
	if (*btf)
		return 0;
	err = -errno;
	report_error(err, "read the kernel's type information, " BTF_PATH);
	report_message(
		"the kernel must be built with CONFIG_DEBUG_INFO_BTF=y, as those of Debian 11, "
		"Ubuntu 20.10, Fedora 32 and RHEL 8.2 are, and sysfs mounted at /sys");
	return err;
}

/* Names the hooks the kernel does not have; returns how many. */
static int explain_missing_hooks(const char *release)
{
	struct btf *btf = btf__parse_raw(BTF_PATH);
	int missing = 0;

	for (size_t i = 0; btf && i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		if (btf__find_by_name_kind(btf, hooks[i], BTF_KIND_FUNC) > 0)
			continue;
		report_message("kernel %s has no function %s to trace; its compiler may have "
			       "inlined or renamed it: use a distribution's kernel from 5.10 on",
			       release, hooks[i]);
		missing++;
	}
	btf__free(btf);
	return missing;
}

int host__check(void)
{
	struct btf *btf;
	int err = check_privilege();

	if (!err)
		err = check_btf(&btf);
	if (!err)
		btf__free(btf);
	return err;
}

/* The mode in force stands in brackets: "none [integrity] confidentiality". */
static int read_lockdown(char mode[32])
{
	char line[128] = "";
	FILE *file = fopen(LOCKDOWN_PATH, "re");

	if (!file)
		return 0;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	return sscanf(line, "%*[^[][%31[^]]", mode) == 1 || sscanf(line, "[%31[^]]", mode) == 1;
}

static void explain_refusal(void)
{
	char mode[32] = "";

	report_message("the kernel refuses tracing programs although you are root");
	if (read_lockdown(mode) && strcmp(mode, "none"))
		report_message(
			"kernel lockdown is in '%s' mode: boot with lockdown=integrity or none, "
			"or without Secure Boot",
			mode);
	else
		report_message("inside a container run it on the host, or grant CAP_BPF and "
			       "CAP_PERFMON (CAP_SYS_ADMIN before Linux 5.8) and allow the bpf "
			       "system call; a kernel may also forbid it for everybody");
}

int host__explain_load_failure(int err)
{
	struct utsname host;

	uname(&host);
	if (err == -EPERM) {
		report_error(err, "load the BPF programs");
		explain_refusal();
		return err;
	}
	report_libbpf();
	report_error(err, "load the BPF programs on kernel %s", host.release);
	if (explain_missing_hooks(host.release))
		return err;
	if (libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 0)
		report_message("this kernel has no BPF ring buffers: it must be 5.10 or newer");
	else
		report_message("what libbpf and the kernel's verifier said is above");
	return err;
}
