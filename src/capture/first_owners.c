// SPDX-License-Identifier: BSD-2-Clause
/*
 * A process that ends meanwhile is passed over: its sockets end with it, or another process has
 * them.
 */
#include "capture/first_owners.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <siftr/record.h>

#include "capture/programs.h"
#include "filter/filter.h"
#include "filter/filter_processes.h"
#include "report/report.h"

#define PATH_BYTES 300

/* Reads the name of the process; false if it has ended. */
static bool read_comm(const char *pid, struct siftr_owner *owner)
{
	char path[PATH_BYTES], comm[sizeof(owner->comm) + 1] = "";
	FILE *file;
	bool read;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	read = fgets(comm, sizeof(comm), file);
	fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	memset(owner->comm, 0, sizeof(owner->comm));
	memcpy(owner->comm, comm, strlen(comm));
	return read;
}

/* The inode number of the socket that a descriptor stands for; 0 if it is no socket. */
static __u64 socket_of(const char *directory, const char *descriptor)
{
	char path[PATH_BYTES + 32], target[64];
	unsigned long long inode;
	ssize_t bytes;

	snprintf(path, sizeof(path), "%s/%.20s", directory, descriptor);
	bytes = readlink(path, target, sizeof(target) - 1);
	if (bytes < 0)
		return 0;
	target[bytes] = '\0';
	return sscanf(target, "socket:[%llu]", &inode) == 1 ? inode : 0;
}

/* If several processes have a socket, the first one that is found is its owner. */
static int add_sockets(const char *pid, const struct siftr_owner *owner, int map)
{
	char directory[PATH_BYTES];
	const struct dirent *entry;
	DIR *descriptors;
	int err = 0;

	snprintf(directory, sizeof(directory), "/proc/%s/fd", pid);
	descriptors = opendir(directory);
	while (descriptors && !err && (entry = readdir(descriptors))) {
		__u64 inode = socket_of(directory, entry->d_name);

		if (inode && bpf_map_update_elem(map, &inode, owner, BPF_NOEXIST) &&
		    errno != EEXIST)
			err = -errno;
	}
	if (descriptors)
		closedir(descriptors);
	return err;
}

/* Whether the sockets of the processes of other users can be seen. */
static bool sees_all(void)
{
	return !access("/proc/1/fd", R_OK | X_OK);
}

static int find_all(const struct filter_values *filter, int map)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	int err = 0;

	if (!processes)
		return report_error(-errno, "list the processes in /proc");
	while (!err && (entry = readdir(processes))) {
		struct siftr_owner owner = {.pid = strtoul(entry->d_name, NULL, 10)};

		if (isdigit((unsigned char)*entry->d_name) && read_comm(entry->d_name, &owner) &&
		    filter_processes__are_about(filter, owner.pid, owner.comm))
			err = add_sockets(entry->d_name, &owner, map);
	}
	closedir(processes);
	return err ? report_error(err, "note the sockets of processes") : 0;
}

int first_owners__find(const struct filter_values *filter, const struct programs *programs)
{
	int err;

	if (!(filter__used(filter) & SIFTR_FILTER_PROCESS))
		return 0;
	err = find_all(filter, programs__map_fd(programs, "first_owners"));
	if (!err && !sees_all())
		report_notice("connections that processes of other users have already cannot be "
			      "found: that takes CAP_SYS_PTRACE and all of /proc");
	return err;
}
