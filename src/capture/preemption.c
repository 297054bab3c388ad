// SPDX-License-Identifier: BSD-2-Clause
/* The model is asked for where the kernel states it: nothing is derived from its version number. */
#include "capture/preemption.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <siftr/array_size.h>

#define TEXT_BYTES 4096

static const char *const names[] = {
	[PREEMPTION_NONE] = "none",	  [PREEMPTION_VOLUNTARY] = "voluntary",
	[PREEMPTION_LAZY] = "lazy",	  [PREEMPTION_FULL] = "full",
	[PREEMPTION_RT] = "RT",		  [PREEMPTION_OFF] = "none or voluntary",
	[PREEMPTION_ON] = "lazy or full", [PREEMPTION_UNKNOWN] = "unknown",
};

bool preemption__is_possible(enum preemption preemption)
{
	return preemption != PREEMPTION_NONE && preemption != PREEMPTION_VOLUNTARY &&
	       preemption != PREEMPTION_OFF;
}

const char *preemption__name(enum preemption preemption)
{
	return names[preemption];
}

/* Whether `word` stands in `text` between characters that can be in no word. */
static bool has_word(const char *text, const char *word)
{
	static const char ends[] = " \t\n()";
	size_t length = strlen(word);

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		if ((at == text || strchr(ends, at[-1])) && strchr(ends, at[length]))
			return true;
	return false;
}

/* The text need not name all models: some kernels leave out those that they lack. */
enum preemption preemption__parse_debugfs(const char *text)
{
	for (int model = PREEMPTION_NONE; model <= PREEMPTION_FULL; model++) {
		char marked[32];

		snprintf(marked, sizeof(marked), "(%s)", names[model]);
		if (strstr(text, marked))
			return model;
	}
	return PREEMPTION_UNKNOWN;
}

/* The options of the kernel's configuration that stand for models. */
static const char *const options[] = {
	[PREEMPTION_NONE] = "CONFIG_PREEMPT_NONE",
	[PREEMPTION_VOLUNTARY] = "CONFIG_PREEMPT_VOLUNTARY",
	[PREEMPTION_LAZY] = "CONFIG_PREEMPT_LAZY",
	[PREEMPTION_FULL] = "CONFIG_PREEMPT",
};

static bool has_line(const char *config, const char *begin, const char *option, const char *end)
{
	char line[64];

	snprintf(line, sizeof(line), "%s%s%s\n", begin, option, end);
	return strstr(config, line);
}

static enum preemption parse_config(const char *config)
{
	for (int model = PREEMPTION_NONE; model <= PREEMPTION_FULL; model++)
		if (has_line(config, "", options[model], "=y"))
			return model;
	return PREEMPTION_UNKNOWN;
}

/*
 * Whether the kernel has the model: its configuration mentions all those that could be chosen. From
 * Linux 7.0 on most kernels have neither none nor voluntary, before 6.13 none has lazy.
 */
static bool is_offered(const char *config, enum preemption model)
{
	return parse_config(config) == PREEMPTION_UNKNOWN ||
	       has_line(config, "", options[model], "=y") ||
	       has_line(config, "# ", options[model], " is not set");
}

/*
 * If preempt= occurs several times, the last one counts, as it does for the kernel, which ignores
 * those that it does not know.
 */
static enum preemption parse_command_line(const char *text, const char *config)
{
	enum preemption found = PREEMPTION_UNKNOWN;
	static const char key[] = "preempt=";

	for (const char *at = strstr(text, key); at; at = strstr(at + 1, key)) {
		const char *value = at + sizeof(key) - 1;

		if (at != text && at[-1] != ' ')
			continue;
		for (int model = PREEMPTION_NONE; model <= PREEMPTION_FULL; model++) {
			size_t length = strlen(names[model]);

			if (!strncmp(value, names[model], length) && strchr(" \n", value[length]) &&
			    is_offered(config, model))
				found = model;
		}
	}
	return found;
}

enum preemption preemption__parse(const char *debugfs, const char *version,
				  const char *command_line, const char *config)
{
	enum preemption found = preemption__parse_debugfs(debugfs);

	if (has_word(version, "PREEMPT_RT"))
		return PREEMPTION_RT;
	if (found != PREEMPTION_UNKNOWN)
		return found;
	if (has_word(version, "PREEMPT_DYNAMIC")) {
		found = parse_command_line(command_line, config);
		return found == PREEMPTION_UNKNOWN ? parse_config(config) : found;
	}
	if (has_word(version, "PREEMPT_LAZY") || strstr(version, "PREEMPT(lazy)"))
		return PREEMPTION_LAZY;
	found = parse_config(config);
	if (has_word(version, "PREEMPT"))
		return found == PREEMPTION_LAZY || found == PREEMPTION_FULL ? found : PREEMPTION_ON;
	/* Without such a word the model is none or voluntary: neither makes preemption possible. */
	return preemption__is_possible(found) ? PREEMPTION_OFF : found;
}

static void read_text(const char *path, char text[TEXT_BYTES])
{
	FILE *file = fopen(path, "re");

	text[file ? fread(text, 1, TEXT_BYTES - 1, file) : 0] = '\0';
	if (file)
		fclose(file);
}

static FILE *open_config(const char *release)
{
	static const char *const formats[] = {"/boot/config-%s", "/lib/modules/%s/config"};
	FILE *file = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(formats) && !file; i++) {
		char path[128];

		snprintf(path, sizeof(path), formats[i], release);
		file = fopen(path, "re");
	}
	return file;
}

/* Of a configuration's line, such as "# CONFIG_PREEMPT_NONE is not set". */
static bool is_on_preemption(const char *line)
{
	static const char prefix[] = "CONFIG_PREEMPT";

	if (!strncmp(line, "# ", 2))
		line += 2;
	return !strncmp(line, prefix, sizeof(prefix) - 1);
}

/* Reads the lines on preemption from the kernel's configuration that distributions install. */
static void read_config(const char *release, char text[TEXT_BYTES])
{
	FILE *file = open_config(release);
	size_t used = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		size_t length = strlen(line);

		if (!is_on_preemption(line) || used + length >= TEXT_BYTES)
			continue;
		memcpy(text + used, line, length);
		used += length;
	}
	text[used] = '\0';
	if (file)
		fclose(file);
}

bool preemption__is_dynamic(void)
{
	struct utsname host;

	uname(&host);
	return has_word(host.version, "PREEMPT_DYNAMIC");
}

enum preemption preemption__read(void)
{
	char debugfs[TEXT_BYTES], command_line[TEXT_BYTES], config[TEXT_BYTES];
	struct utsname host;

	uname(&host);
	read_text(PREEMPTION_PATH, debugfs);
	read_text("/proc/cmdline", command_line);
	read_config(host.release, config);
	return preemption__parse(debugfs, host.version, command_line, config);
}
