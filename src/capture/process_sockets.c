// SPDX-License-Identifier: BSD-2-Clause
#include "capture/process_sockets.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 300

/* Reads the name of the process; false if it has ended. */
static bool read_comm(const char *pid, struct siftr_owner *process)
{
	char path[PATH_BYTES], comm[sizeof(process->comm) + 1] = "";
	FILE *file;
	bool read;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	read = fgets(comm, sizeof(comm), file);
	fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	memset(process->comm, 0, sizeof(process->comm));
	memcpy(process->comm, comm, strlen(comm));
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

static int visit_descriptors(const struct process_visitor *visitor,
			     const struct siftr_owner *process, const char *pid)
{
	char directory[PATH_BYTES];
	const struct dirent *entry;
	DIR *descriptors;
	int err = 0;

	snprintf(directory, sizeof(directory), "/proc/%s/fd", pid);
	descriptors = opendir(directory);
	while (descriptors && !err && (entry = readdir(descriptors))) {
		__u64 inode = socket_of(directory, entry->d_name);

		if (inode)
			err = visitor->take(visitor->context, process, inode);
	}
	if (descriptors)
		closedir(descriptors);
	return err;
}

int process_sockets__visit(const struct process_visitor *visitor)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	int err = 0;

	if (!processes)
		return -errno;
	while (!err && (entry = readdir(processes))) {
		struct siftr_owner process = {.pid = strtoul(entry->d_name, NULL, 10)};

		if (isdigit((unsigned char)*entry->d_name) && read_comm(entry->d_name, &process) &&
		    visitor->wants(visitor->context, &process, entry->d_name))
			err = visit_descriptors(visitor, &process, entry->d_name);
	}
	closedir(processes);
	return err;
}
