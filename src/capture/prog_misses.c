// SPDX-License-Identifier: BSD-2-Clause
/* Reads the counters from /proc/self/fdinfo and, of kprobes, from what bpf(2) tells of a link. */
#include "capture/prog_misses.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

/* Kernels that do not count skipped runs have no line "recursion_misses" in the file. */
__u64 prog_misses__of(int prog_fd)
{
	char path[64], line[128];
	unsigned long long missed = PROG_MISSES_UNKNOWN;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", prog_fd);
	file = fopen(path, "re");
	if (!file)
		return missed;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "recursion_misses: %llu", &missed) == 1)
			break;
	fclose(file);
	return missed;
}

/* The beginning of the kernel's struct bpf_link_info, as of Linux 6.7: for a kprobe... */
struct kprobe_link_info {
	__u32 type, id, prog_id, padding;
	__u32 event_type, event_padding;
	__u64 function_name;
	__u32 function_name_bytes, offset;
	__u64 address, missed;
};

/* ... and for several, of which we have one. */
struct kprobe_multi_link_info {
	__u32 type, id, prog_id, padding;
	__u64 addresses;
	__u32 nr_addresses, flags;
	__u64 missed;
};

/*
 * A kernel that does not know the member `missed` either returns an error or leaves the member as
 * it is. bpf(2) is called directly, because the sandbox kills the process for any command but this
 * one, and libbpf may issue others to find out what the kernel supports.
 */
static bool read_link(int link_fd, void *info, size_t bytes)
{
	union bpf_attr attr = {.info = {link_fd, bytes, (__u64)(unsigned long)info}};

	return !syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

__u64 prog_misses__of_kprobe(int link_fd)
{
	struct kprobe_link_info link = {.missed = PROG_MISSES_UNKNOWN};

	return read_link(link_fd, &link, sizeof(link)) ? link.missed : PROG_MISSES_UNKNOWN;
}

__u64 prog_misses__of_kprobe_multi(int link_fd)
{
	struct kprobe_multi_link_info link = {.missed = PROG_MISSES_UNKNOWN};

	return read_link(link_fd, &link, sizeof(link)) ? link.missed : PROG_MISSES_UNKNOWN;
}
