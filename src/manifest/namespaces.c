// SPDX-License-Identifier: BSD-2-Clause
/*
 * A namespace is found by the processes in it, and by the names under which ip(8) keeps it. It is
 * entered to be read, because /proc/sys/net and netlink show that of the reader.
 */
#include "manifest/namespaces.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manifest/interfaces.h"
#include "manifest/proc_files.h"
#include "report/report.h"

#define NAMED	   "/run/netns"
#define NAMESPACES 256 /* a host with more gets the first of them */
#define NAME_BYTES 300

struct seen {
	ino_t inodes[NAMESPACES];
	size_t count;
	int own_fd;
};

/* Whether the namespace is new; it is noted then. */
static bool note(struct seen *seen, ino_t inode)
{
	for (size_t i = 0; i < seen->count; i++)
		if (seen->inodes[i] == inode)
			return false;
	if (seen->count == NAMESPACES)
		return false;
	seen->inodes[seen->count++] = inode;
	return true;
}

/* What can be read in the namespace that this thread is in. A file that is missing is left out. */
static int add_settings(json_t *facts)
{
	json_t *sysctls = json_object(), *devices = json_object();
	int err;

	if (json_object_set_new(facts, "sysctls", sysctls) ||
	    json_object_set_new(facts, "interfaces", devices))
		return -ENOMEM;
	proc_files__add(sysctls, "/proc/sys/net/ipv4", "tcp_", "net.ipv4.");
	proc_files__add(sysctls, "/proc/sys/net/ipv4", "ip_", "net.ipv4.");
	proc_files__add(sysctls, "/proc/sys/net/core", "", "net.core.");
	err = interfaces__add(devices);
	/* A service may be kept from netlink. */
	if (err && err != -ENOMEM)
		err = json_object_set_new(facts, "interfaces", json_null()) ? -ENOMEM : 0;
	return err;
}

/* Enters the namespace, reads it, and comes back. 0 or a negative errno. */
static int add_entered(const struct seen *seen, json_t *facts, const char *name, int fd)
{
	json_t *settings;
	int err;

	if (setns(fd, CLONE_NEWNET) < 0)
		return json_object_set_new(facts, name, json_null()) ? -ENOMEM : 0;
	settings = json_object();
	err = json_object_set_new(facts, name, settings) ? -ENOMEM : add_settings(settings);
	if (setns(seen->own_fd, CLONE_NEWNET) < 0)
		err = -errno;
	return err;
}

/* A namespace that ends meanwhile, or is none, is left out. */
static int add_file(struct seen *seen, json_t *facts, int directory_fd, const char *file,
		    const char *name)
{
	int fd = openat(directory_fd, file, O_RDONLY | O_CLOEXEC), err = 0;
	char number[NAME_BYTES];
	struct stat status;

	if (fd < 0)
		return 0;
	if (fstat(fd, &status) == 0 && note(seen, status.st_ino)) {
		snprintf(number, sizeof(number), "net:[%ju]", (uintmax_t)status.st_ino);
		err = add_entered(seen, facts, name ?: number, fd);
	}
	close(fd);
	return err;
}

static int add_named(struct seen *seen, json_t *facts)
{
	DIR *names = opendir(NAMED);
	const struct dirent *entry;
	int err = 0;

	while (names && !err && (entry = readdir(names)))
		if (entry->d_name[0] != '.')
			err = add_file(seen, facts, dirfd(names), entry->d_name, entry->d_name);
	if (names)
		closedir(names);
	return err;
}

static int add_of_processes(struct seen *seen, json_t *facts)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	char file[NAME_BYTES];
	int err = 0;

	while (processes && !err && (entry = readdir(processes))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(file, sizeof(file), "%s/ns/net", entry->d_name);
		err = add_file(seen, facts, dirfd(processes), file, NULL);
	}
	if (processes)
		closedir(processes);
	return err;
}

static int add_own(struct seen *seen, json_t *facts)
{
	json_t *settings = json_object();
	struct stat status;

	if (seen->own_fd >= 0 && fstat(seen->own_fd, &status) == 0)
		note(seen, status.st_ino);
	return json_object_set_new(facts, "own", settings) ? -ENOMEM : add_settings(settings);
}

int namespaces__add(json_t *facts)
{
	static struct seen seen; /* static because it is large */
	int err;

	seen = (struct seen){.own_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
	err = add_own(&seen, facts);
	if (!err && seen.own_fd >= 0)
		err = add_named(&seen, facts);
	if (!err && seen.own_fd >= 0)
		err = add_of_processes(&seen, facts);
	if (seen.own_fd >= 0)
		close(seen.own_fd);
	return err ? report_error(err, "read the settings of the network namespaces") : 0;
}
