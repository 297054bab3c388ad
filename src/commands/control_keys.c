// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_keys.h"

#include <stdlib.h>
#include <string.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "commands/sampling.h"
#include "convert/field_table.h"
#include "options/name_list.h"
#include "report/text.h"

#define SYSCTL_PREFIX "net.inet.siftr."

static void write_enabled(const struct run_control *control, const struct control_key *key,
			  FILE *stream)
{
	(void)key;
	fputs(control->run->disabled ? "0" : "1", stream);
}

static void write_ppl(const struct run_control *control, const struct control_key *key,
		      FILE *stream)
{
	(void)key;
	if (sampling__has_ppl(control->options))
		fprintf(stream, "%u", control->run->limit.ppl);
}

static void write_max_rate(const struct run_control *control, const struct control_key *key,
			   FILE *stream)
{
	(void)key;
	if (control->options->max_rate)
		fprintf(stream, "%llu", control->options->max_rate);
}

static void write_every(const struct run_control *control, const struct control_key *key,
			FILE *stream)
{
	__u64 us = control->options->every_ns / NSEC_PER_USEC;

	(void)key;
	if (us)
		fprintf(stream, "%lluus", us);
}

static void write_names(const struct list_name *names, __u32 set, FILE *stream)
{
	const char *separator = "";

	for (; names->name; names++) {
		if (!(set & names->bit))
			continue;
		fprintf(stream, "%s%s", separator, names->name);
		separator = ",";
	}
}

static void write_on_change(const struct run_control *control, const struct control_key *key,
			    FILE *stream)
{
	(void)key;
	write_names(name_list__watched, control->options->on_change, stream);
}

static void write_keep(const struct run_control *control, const struct control_key *key,
		       FILE *stream)
{
	(void)key;
	write_names(name_list__kept, control->options->keep, stream);
}

static void write_output(const struct run_control *control, const struct control_key *key,
			 FILE *stream)
{
	(void)key;
	text__print(stream, control->options->output ?: "-");
}

static void write_format(const struct run_control *control, const struct control_key *key,
			 FILE *stream)
{
	(void)key;
	fputs(control->run->session.format->name, stream);
}

static void write_groups(const struct run_control *control, const struct control_key *key,
			 FILE *stream)
{
	__u32 captured = session__groups(&control->run->session);
	const char *separator = "";

	(void)key;
	for (int group = 0; group < SIFTR_GROUPS; group++) {
		if (!(captured >> group & 1))
			continue;
		fprintf(stream, "%s%s", separator, field_groups[group].name);
		separator = ",";
	}
}

static void write_hashes(const struct run_control *control, const struct control_key *key,
			 FILE *stream)
{
	(void)control;
	(void)key;
	fputs("0", stream);
}

/* The lists of a filter that was given several times are one. */
static void write_filter(const struct run_control *control, const struct control_key *key,
			 FILE *stream)
{
	const struct filter_values *values = &control->options->filter;
	const char *separator = "";

	for (__u32 i = 0; i < values->count; i++) {
		if (values->of[i].kind != key->filter)
			continue;
		fputs(separator, stream);
		text__print(stream, values->of[i].text);
		separator = ",";
	}
}

const struct control_key control_keys[] = {
	{"enabled", "enabled", true, CHANGE_ENABLED, write_enabled, 0},
	{"output", "logfile", false, CHANGE_OUTPUT, write_output, 0},
	{"format", NULL, false, CHANGE_NEVER, write_format, 0},
	{"groups", NULL, false, CHANGE_NEVER, write_groups, 0},
	{"ppl", "ppl", true, CHANGE_OPTION, write_ppl, 0},
	{"max-rate", NULL, true, CHANGE_OPTION, write_max_rate, 0},
	{"every", NULL, false, CHANGE_NEVER, write_every, 0},
	{"on-change", NULL, false, CHANGE_NEVER, write_on_change, 0},
	{"keep", NULL, false, CHANGE_NEVER, write_keep, 0},
	{"port", "port_filter", false, CHANGE_FILTER, write_filter, FILTER_PORT},
	{"lport", NULL, false, CHANGE_FILTER, write_filter, FILTER_LPORT},
	{"fport", NULL, false, CHANGE_FILTER, write_filter, FILTER_FPORT},
	{"host", NULL, false, CHANGE_FILTER, write_filter, FILTER_HOST},
	{"laddr", NULL, false, CHANGE_FILTER, write_filter, FILTER_LADDR},
	{"faddr", NULL, false, CHANGE_FILTER, write_filter, FILTER_FADDR},
	{"ip", NULL, false, CHANGE_FILTER, write_filter, FILTER_IP},
	{"dir", NULL, false, CHANGE_FILTER, write_filter, FILTER_DIR},
	{"netns", NULL, false, CHANGE_FILTER, write_filter, FILTER_NETNS},
	{"pid", NULL, false, CHANGE_FILTER, write_filter, FILTER_PID},
	{"comm", NULL, false, CHANGE_FILTER, write_filter, FILTER_COMM},
	{"cgroup", NULL, false, CHANGE_FILTER, write_filter, FILTER_CGROUP},
	{"iface", NULL, false, CHANGE_FILTER, write_filter, FILTER_IFACE},
	{"uid", NULL, false, CHANGE_FILTER, write_filter, FILTER_UID},
	{"mark", NULL, false, CHANGE_FILTER, write_filter, FILTER_MARK},
	{"net.inet.siftr.genhashes", "genhashes", true, CHANGE_HASHES, write_hashes, 0},
	{"cc", NULL, false, CHANGE_FILTER, write_filter, FILTER_CC},
	{},
};

_Static_assert(ARRAY_SIZE(control_keys) <= CONTROL_TEXTS_MAX, "each key may have a text");

const struct control_key *control_keys__find(const char *name)
{
	size_t prefix = strlen(SYSCTL_PREFIX);
	bool is_sysctl = !strncmp(name, SYSCTL_PREFIX, prefix);

	for (const struct control_key *key = control_keys; key->name; key++)
		if (is_sysctl ? key->sysctl && !strcmp(key->sysctl, name + prefix)
			      : !strcmp(key->name, name))
			return key;
	return NULL;
}

char *control_keys__value(const struct run_control *control, const struct control_key *key)
{
	char *text = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);

	if (!stream)
		return NULL;
	key->write(control, key, stream);
	if (!fclose(stream))
		return text;
	free(text);
	return NULL;
}
