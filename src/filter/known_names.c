// SPDX-License-Identifier: BSD-2-Clause
#include "filter/known_names.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_BYTES	512
#define NETNS_DIRECTORY "/run/netns" /* of ip-netns(8) */

/* Whether `is_it` says so of a line of the file; false if it cannot be read. */
static bool any_line(const char *path, bool (*is_it)(char *line, const char *name),
		     const char *name)
{
	FILE *file = fopen(path, "re");
	size_t bytes = 0;
	char *line = NULL;
	bool found = false;

	while (file && !found && getline(&line, &bytes, file) > 0)
		found = is_it(line, name);
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* Whether a line of names with white space between them has the name. */
static bool has_word(char *line, const char *name)
{
	char *rest;

	for (char *word = strtok_r(line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		if (!strcmp(word, name))
			return true;
	return false;
}

/* Whether a line of modules.dep begins with the module tcp_NAME. */
static bool is_module(char *line, const char *name)
{
	char *file, wanted[64];

	line[strcspn(line, ":\n")] = '\0';
	file = strrchr(line, '/');
	snprintf(wanted, sizeof(wanted), "/tcp_%.32s.ko", name);
	return file && !strncmp(file, wanted, strlen(wanted));
}

/* Whether a line of /proc/net/dev is that of the interface. */
static bool is_iface(char *line, const char *name)
{
	char *colon = strrchr(line, ':');

	while (isspace((unsigned char)*line))
		line++;
	return colon && (size_t)(colon - line) == strlen(name) &&
	       !strncmp(line, name, colon - line);
}

/* A service may be kept from modules: then any name may be that of one. */
bool known_names__has_cc(const char *name)
{
	char path[PATH_BYTES];
	struct utsname host;

	if (any_line("/proc/sys/net/ipv4/tcp_available_congestion_control", has_word, name))
		return true;
	uname(&host);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", host.release);
	return any_line(path, is_module, name) || (access(path, R_OK) && errno == EACCES);
}

/* Whether the named network namespace has it. Only a child moves there, which then ends. */
static bool netns_has_iface(const char *netns, const char *name)
{
	char path[PATH_BYTES];
	int fd, status = 0;
	pid_t child;

	snprintf(path, sizeof(path), NETNS_DIRECTORY "/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	child = fork();
	if (!child)
		_exit(!setns(fd, CLONE_NEWNET) && any_line("/proc/self/net/dev", is_iface, name)
			      ? 0
			      : 1);
	close(fd);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

static bool process_has_iface(const char *pid, const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "/proc/%s/net/dev", pid);
	return isdigit((unsigned char)*pid) && any_line(path, is_iface, name);
}

/* Whether `has_it` says so for an entry of the directory. */
static bool any_entry(const char *path, bool (*has_it)(const char *entry, const char *name),
		      const char *name)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	bool found = false;

	while (directory && !found && (entry = readdir(directory)))
		found = *entry->d_name != '.' && has_it(entry->d_name, name);
	if (directory)
		closedir(directory);
	return found;
}

/* A service may see no other process: then another namespace may have any interface. */
bool known_names__has_iface(const char *name)
{
	return any_line("/proc/self/net/dev", is_iface, name) ||
	       any_entry(NETNS_DIRECTORY, netns_has_iface, name) ||
	       any_entry("/proc", process_has_iface, name) || access("/proc/1/net/dev", R_OK);
}
