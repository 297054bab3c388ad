// SPDX-License-Identifier: BSD-2-Clause
/* Small readings from /proc and /sys. */
#include "capture/host.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>

#include <bpf/btf.h>

const char *const host__hooks[] = {
	"tcp_rcv_established",
	"tcp_rcv_state_process",
	"__tcp_transmit_skb",
	"tcp_timewait_state_process",
	NULL,
};

static unsigned long long read_capabilities(void)
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

static long read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	long number = LONG_MIN;

	if (file && fscanf(file, "%ld", &number) != 1)
		number = LONG_MIN;
	if (file)
		fclose(file);
	return number;
}

/* The mode in force stands in brackets: "none [integrity] confidentiality". */
static void read_lockdown(char mode[32])
{
	char line[128] = "";
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	const char *bracket = NULL;

	if (file && fgets(line, sizeof(line), file))
		bracket = strchr(line, '[');
	if (file)
		fclose(file);
	if (!bracket || sscanf(bracket, "[%31[^]]", mode) != 1)
		mode[0] = '\0';
}

static int read_btf_error(void)
{
	struct btf *btf = btf__parse_raw(HOST_BTF_PATH);
	int err = btf ? 0 : -errno;

	btf__free(btf);
	return err;
}

void host__read_facts(struct host_facts *facts)
{
	facts->btf_error = read_btf_error();
	facts->capabilities = read_capabilities();
	read_lockdown(facts->lockdown);
	facts->perf_event_paranoid = read_number("/proc/sys/kernel/perf_event_paranoid");
	facts->unprivileged_bpf_disabled =
		read_number("/proc/sys/kernel/unprivileged_bpf_disabled");
}

int host__has(const struct host_facts *facts, int capability)
{
	return facts->capabilities >> capability & 1;
}

int host__is_privileged(const struct host_facts *facts)
{
	return geteuid() == 0 || host__has(facts, CAP_SYS_ADMIN) ||
	       (host__has(facts, CAP_BPF) && host__has(facts, CAP_PERFMON));
}

static int has_symbol(const char *function)
{
	char line[512], name[256];
	FILE *file = fopen("/proc/kallsyms", "re");
	int found = 0;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*x %*c %255s", name) == 1 && !strcmp(name, function);
	if (file)
		fclose(file);
	return found;
}

enum host_hook host__find_hook(const char *function)
{
	struct btf *btf = btf__parse_raw(HOST_BTF_PATH);
	int typed = btf && btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) > 0;

	btf__free(btf);
	if (typed)
		return HOST_HOOK_BTF;
	return has_symbol(function) ? HOST_HOOK_SYMBOL : HOST_HOOK_NONE;
}
