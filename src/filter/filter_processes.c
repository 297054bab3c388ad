// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter_processes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/filter.h>

#include "filter/filter_values.h"

#define DIGITS "0123456789"

/* What /proc/PID/status says of its process; a thread has the number of another one there. */
static int check_process(unsigned long pid)
{
	unsigned long process = 0;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%lu/status", pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (!process && fgets(line, sizeof(line), file))
		if (!strncmp(line, "Tgid:", 5))
			process = strtoul(line + 5, NULL, 10);
	fclose(file);
	return process == pid ? 0 : -ENOENT;
}

int filter_processes__parse_pid(const char *text, struct siftr_rule *rule)
{
	size_t digits = strspn(text, DIGITS);
	unsigned long pid;

	if (!digits || digits > 9 || text[digits])
		return -EINVAL;
	pid = strtoul(text, NULL, 10);
	rule->value[0] = pid;
	rule->mask[0] = SIFTR_NOT_KNOWN | ~0U;
	return pid ? check_process(pid) : -EINVAL;
}

int filter_processes__parse_comm(const char *text, struct siftr_rule *rule)
{
	size_t bytes = strlen(text);

	if (!bytes || bytes >= sizeof(rule->value))
		return -EINVAL;
	memset(rule->value, 0, sizeof(rule->value));
	memcpy(rule->value, text, bytes);
	rule->mask[0] = rule->mask[1] = ~0ULL;
	return 0;
}

bool filter_processes__are_about(const struct filter_values *values, __u32 pid, const __u64 comm[2])
{
	for (__u32 i = 0; i < values->nr_rules; i++) {
		const struct siftr_rule *rule = &values->rules[i];

		if (rule->filter == SIFTR_FILTER_PID && rule->value[0] == pid)
			return true;
		if (rule->filter == SIFTR_FILTER_COMM && rule->value[0] == comm[0] &&
		    rule->value[1] == comm[1])
			return true;
	}
	return false;
}
