// SPDX-License-Identifier: BSD-2-Clause
/*
 * /proc/PID/timens_offsets shows the time namespace of the process's children, which differs from
 * its own after unshare(2) without a fork. In that case a BPF program reads the kernel's clock
 * between two readings of this process's.
 */
#include "capture/time_namespace.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/bpf.h>

#include <bpf/bpf.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#define COMPARISONS 16

static int read_link(const char *process, const char *name, char target[NAME_MAX])
{
	char path[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/ns/%s", process, name);
	length = readlink(path, target, NAME_MAX - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	return 0;
}

static bool is_in_namespace_of_children(const char *process)
{
	char own[NAME_MAX], children[NAME_MAX];

	return !read_link(process, "time", own) &&
	       !read_link(process, "time_for_children", children) && !strcmp(own, children);
}

static int read_offset(const char *process, __s64 *ahead_ns)
{
	char path[PATH_MAX], line[128];
	long long seconds, ns;
	int err = -ENODATA;
	FILE *file;

	snprintf(path, sizeof(path), "%s/timens_offsets", process);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (err && fgets(line, sizeof(line), file))
		if (sscanf(line, "monotonic %lld %lld", &seconds, &ns) == 2)
			err = 0;
	fclose(file);
	if (!err)
		*ahead_ns = seconds * NSEC_PER_SEC + ns;
	return err;
}

/* Loads a program that stores the kernel's time in the map. A descriptor or a negative errno. */
static int load_program(int map_fd)
{
	const struct bpf_insn program[] = {
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_ktime_get_ns},
		{.code = BPF_LD | BPF_DW | BPF_IMM,
		 .dst_reg = BPF_REG_1,
		 .src_reg = BPF_PSEUDO_MAP_VALUE,
		 .imm = map_fd},
		{},
		{.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_0},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "siftr_clock", "BSD", program,
			       ARRAY_SIZE(program), NULL);

	return fd < 0 ? -errno : fd;
}

static __s64 process_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/*
 * Runs the program once between two readings of this process's clock, and narrows the bounds of
 * how far that clock is ahead of the kernel's.
 */
static int compare_once(int program_fd, int map_fd, __s64 *lowest, __s64 *highest)
{
	char packet[64] = {}; /* test runs require a packet of at least an Ethernet header */
	__s64 before_ns, after_ns, kernel_ns;
	__u32 first = 0;

	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet));
	before_ns = process_ns();
	if (bpf_prog_test_run_opts(program_fd, &options))
		return -errno;
	after_ns = process_ns();
	if (bpf_map_lookup_elem(map_fd, &first, &kernel_ns))
		return -errno;
	if (before_ns - kernel_ns > *lowest)
		*lowest = before_ns - kernel_ns;
	if (after_ns - kernel_ns < *highest)
		*highest = after_ns - kernel_ns;
	return 0;
}

static int compare(int map_fd, __s64 *ahead_ns)
{
	__s64 lowest = LLONG_MIN, highest = LLONG_MAX;
	int program_fd = load_program(map_fd), err = 0;

	if (program_fd < 0)
		return program_fd;
	for (int i = 0; i < COMPARISONS && !err; i++)
		err = compare_once(program_fd, map_fd, &lowest, &highest);
	close(program_fd);
	if (!err)
		*ahead_ns = lowest <= 0 && highest >= 0 ? 0 : highest;
	return err;
}

static int ask_kernel(__s64 *ahead_ns)
{
	int map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "siftr_clock", sizeof(__u32), sizeof(__u64),
				    1, NULL);
	int err;

	if (map_fd < 0)
		return -errno;
	err = compare(map_fd, ahead_ns);
	close(map_fd);
	return err;
}

int time_namespace__measure_ahead(const char *process, __s64 *ahead_ns)
{
	if (is_in_namespace_of_children(process) && !read_offset(process, ahead_ns))
		return 0;
	return ask_kernel(ahead_ns);
}
