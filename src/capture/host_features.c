// SPDX-License-Identifier: BSD-2-Clause
/* Reads /proc, /sys and the kernel's type information. */
#include "capture/host_features.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include <siftr/array_size.h>

#include "capture/kernel_btf.h"

#define PARANOID_MAX 2 /* of perf_event_paranoid in Linux itself */

const struct host_need host_features__needs[] = {
	{CAP_BPF, "CAP_BPF", "to load programs and maps"},
	{CAP_PERFMON, "CAP_PERFMON", "to read the kernel's memory"},
	{},
};

/*
 * Asks capget(2). /proc/self/status has the capabilities too, but where it cannot be opened they
 * would seem to be missing.
 */
static unsigned long long read_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	syscall(SYS_capget, &header, data);
	return (unsigned long long)data[1].effective << 32 | data[0].effective;
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

/*
 * Reads the lockdown mode of the kernel. The file lists all modes with the current one in
 * brackets: "none [integrity] confidentiality".
 */
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

void host_features__read_facts(struct host_facts *facts)
{
	const struct btf *btf;

	facts->btf_error = kernel_btf__get(&btf);
	facts->capabilities = read_capabilities();
	read_lockdown(facts->lockdown);
	facts->perf_event_paranoid = read_number("/proc/sys/kernel/perf_event_paranoid");
	facts->unprivileged_bpf_disabled =
		read_number("/proc/sys/kernel/unprivileged_bpf_disabled");
	facts->ftrace_enabled = read_number("/proc/sys/kernel/ftrace_enabled");
}

bool host_features__has(const struct host_facts *facts, int capability)
{
	return facts->capabilities >> capability & 1;
}

bool host_features__holds(const struct host_facts *facts, const struct host_need *need)
{
	return host_features__has(facts, need->capability) ||
	       host_features__has(facts, CAP_SYS_ADMIN);
}

bool host_features__is_privileged(const struct host_facts *facts)
{
	for (const struct host_need *need = host_features__needs; need->name; need++)
		if (!host_features__holds(facts, need))
			return false;
	return true;
}

bool host_features__is_confidential(const struct host_facts *facts)
{
	return !strcmp(facts->lockdown, "confidentiality");
}

bool host_features__is_paranoid(const struct host_facts *facts)
{
	return facts->perf_event_paranoid > PARANOID_MAX;
}

bool host_features__may_refuse_kprobes(const struct host_facts *facts)
{
	return host_features__is_paranoid(facts) && !host_features__has(facts, CAP_SYS_ADMIN);
}

static bool has_symbol(const char *function)
{
	char line[512], name[256];
	FILE *file = fopen("/proc/kallsyms", "re");
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*x %*c %255s", name) == 1 && !strcmp(name, function);
	if (file)
		fclose(file);
	return found;
}

enum host_hook host_features__find_hook(const char *function)
{
	const struct btf *btf;

	if (!kernel_btf__get(&btf) && btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) > 0)
		return HOST_HOOK_BTF;
	return has_symbol(function) ? HOST_HOOK_SYMBOL : HOST_HOOK_NONE;
}

/*
 * Asks for a helper function that Linux 5.11 added, as libbpf does: since the same release maps
 * are charged to the memory cgroup and not to RLIMIT_MEMLOCK.
 */
bool host_features__limits_memory(const struct host_facts *facts, unsigned long long *bytes)
{
	struct rlimit limit;

	if (host_features__has(facts, CAP_SYS_RESOURCE) || getrlimit(RLIMIT_MEMLOCK, &limit) ||
	    limit.rlim_max == RLIM_INFINITY)
		return false;
	*bytes = limit.rlim_max;
	return host_features__find_hook("bpf_ktime_get_coarse_ns") == HOST_HOOK_NONE;
}

/*
 * Loads a program that exchanges a value on its stack. Whether the program could be loaded without
 * that instruction does not matter: without the privilege none of the larger ones can.
 */
bool host_features__lacks_atomics(void)
{
	static const struct bpf_insn exchange[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_STX | BPF_DW | BPF_MEM, .dst_reg = BPF_REG_10, .off = -8},
		{.code = BPF_STX | BPF_DW | BPF_ATOMIC,
		 .dst_reg = BPF_REG_10,
		 .off = -8,
		 .imm = BPF_XCHG},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "siftr_exchange", "Dual BSD/GPL",
			       exchange, ARRAY_SIZE(exchange), NULL);

	if (fd < 0)
		return fd == -EINVAL;
	close(fd);
	return false;
}
