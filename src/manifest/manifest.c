// SPDX-License-Identifier: BSD-2-Clause
#include "manifest/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>
#include <sys/utsname.h>
#include <siftr/time_units.h>

#include "manifest/namespaces.h"
#include "manifest/proc_files.h"
#include "report/report.h"

#define COMMAND_LINE_BYTES 65536
#define NAME_BYTES	   300

/* The settings of congestion controls are parameters of their modules, for the whole host. */
#define MODULES "/sys/module"

struct manifest {
	json_t *facts;
};

static int add(json_t *facts, const char *name, json_t *fact)
{
	return json_object_set_new(facts, name, fact) ? -ENOMEM : 0;
}

/* The file's text, or null if it cannot be read. */
static int add_text(json_t *facts, const char *name, const char *path)
{
	return add(facts, name, proc_files__text(path) ?: json_null());
}

/* A word of the command line that is not UTF-8 is null. */
static int add_command_line(json_t *facts)
{
	static char words[COMMAND_LINE_BYTES];
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t bytes = fd < 0 ? -1 : read(fd, words, sizeof(words) - 1);
	json_t *list = json_array();
	int err = add(facts, "command_line", list);

	if (fd >= 0)
		close(fd);
	words[bytes > 0 ? bytes : 0] = '\0';
	for (const char *word = words; !err && word < words + bytes; word += strlen(word) + 1)
		if (json_array_append_new(list, json_string(word) ?: json_null()))
			err = -ENOMEM;
	return err;
}

static int add_kernel(json_t *facts)
{
	json_t *kernel = json_object();
	struct utsname host;
	int err = add(facts, "kernel", kernel);

	uname(&host);
	if (!err)
		err = add(facts, "host", json_string(host.nodename) ?: json_null());
	if (!err)
		err = add(facts, "processors", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	if (!err)
		err = add(kernel, "system", json_string(host.sysname));
	if (!err)
		err = add(kernel, "release", json_string(host.release));
	if (!err)
		err = add(kernel, "version", json_string(host.version));
	if (!err)
		err = add(kernel, "machine", json_string(host.machine));
	return err ? err : add_text(kernel, "command_line", "/proc/cmdline");
}

/* Those of tcp_cubic and the like that have any. */
static int add_parameters(json_t *facts)
{
	json_t *parameters = json_object();
	int err = add(facts, "parameters", parameters);
	DIR *modules = opendir(MODULES);
	const struct dirent *entry;
	char directory[NAME_BYTES], prefix[NAME_BYTES];

	while (modules && !err && (entry = readdir(modules))) {
		if (strncmp(entry->d_name, "tcp_", 4) != 0)
			continue;
		snprintf(directory, sizeof(directory), MODULES "/%s/parameters", entry->d_name);
		snprintf(prefix, sizeof(prefix), "%s.", entry->d_name);
		if (proc_files__add(parameters, directory, "", prefix) == -ENOMEM)
			err = -ENOMEM;
	}
	if (modules)
		closedir(modules);
	return err;
}

/* Unix time in seconds, as text with the six decimals that a log has. */
static json_t *now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return json_sprintf("%lld.%06lld", (long long)time.tv_sec, time.tv_nsec / NSEC_PER_USEC);
}

static int collect(json_t *facts, const char *config)
{
	json_t *namespaces = json_object();
	int err = add(facts, "siftr_bpf", json_string(SIFTR_BPF_VERSION));

	if (!err)
		err = add(facts, "begin", now());
	if (!err)
		err = add(facts, "end", json_null());
	if (!err)
		err = add_command_line(facts);
	if (!err && config)
		err = add_text(facts, "configuration", config);
	if (!err)
		err = add_kernel(facts);
	if (!err)
		err = add_text(facts, "clock_source",
			       "/sys/devices/system/clocksource/clocksource0/current_clocksource");
	if (!err)
		err = add_parameters(facts);
	if (!err)
		err = add(facts, "namespaces", namespaces);
	if (!err)
		err = add(facts, "accounting", json_null());
	if (err)
		return report_error(err, "collect the facts of the manifest");
	return namespaces__add(namespaces);
}

struct manifest *manifest__collect(const char *config)
{
	struct manifest *manifest = calloc(1, sizeof(*manifest));

	if (!manifest || !(manifest->facts = json_object())) {
		report_error(-ENOMEM, "collect the facts of the manifest");
		free(manifest);
		return NULL;
	}
	if (!collect(manifest->facts, config))
		return manifest;
	manifest__free(manifest);
	return NULL;
}

void manifest__end(struct manifest *manifest, const char *accounting)
{
	json_object_set_new(manifest->facts, "end", now());
	if (accounting)
		json_object_set_new(manifest->facts, "accounting", json_loads(accounting, 0, NULL));
}

char *manifest__text(const struct manifest *manifest)
{
	char *json = json_dumps(manifest->facts,
				JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII),
	     *text = NULL;

	if (json && asprintf(&text, "%s\n", json) < 0)
		text = NULL;
	free(json);
	return text;
}

void manifest__free(struct manifest *manifest)
{
	if (!manifest)
		return;
	json_decref(manifest->facts);
	free(manifest);
}
