// SPDX-License-Identifier: BSD-2-Clause
#include "commands/follow_request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "control/client.h"
#include "control/connection.h"
#include "control/words.h"
#include "filter/filter.h"
#include "options/options.h"
#include "output/write_all.h"
#include "report/report.h"

#define ERROR "error "
#define OK    "ok"
/* The key of the groups that the tracer captures, and its line before them. */
#define GROUPS	     "groups"
#define GROUPS_LINE  GROUPS " "
#define ANSWER_BYTES 1024

/* What the view needs of each group. */
static const struct {
	const char *group, *fields;
} wanted[] = {
	{"packet", "packet"}, {"order", "order"}, {"loss", "loss"},  {"rate", "rate"},
	{"rtt", "rtt"},	      {"bytes", "bytes"}, {"cc", "cc_name"}, {"identity", "pid,comm"},
};

/* Reads one line of an answer and nothing after it. 0 or a negative errno, reported. */
static int read_line(int fd, const char *path, char line[ANSWER_BYTES])
{
	size_t bytes = 0;
	ssize_t got;

	while ((got = read(fd, line + bytes, 1)) != 0) {
		if (got < 0)
			return report_error(-errno, "read from the control socket %s", path);
		if (line[bytes] == '\n') {
			line[bytes] = '\0';
			return 0;
		}
		if (++bytes == ANSWER_BYTES)
			break;
	}
	report_message("the tracer at %s has closed the connection without an answer", path);
	return -EIO;
}

/* Sends a request and reads its answer: 0, or a negative errno, reported. */
static int ask(int fd, const char *path, const char *request, char first[ANSWER_BYTES])
{
	int err;

	/* A tracer that does not take the request has said why. */
	write_all(fd, request, strlen(request));
	err = read_line(fd, path, first);
	if (err || strncmp(first, ERROR, strlen(ERROR)) != 0)
		return err;
	report_message("the tracer at %s: %s", path, first + strlen(ERROR));
	return -EINVAL;
}

static bool has_group(const char *groups, const char *group)
{
	size_t bytes = strlen(group);

	for (const char *at = groups; (at = strstr(at, group)); at += bytes)
		if ((at == groups || at[-1] == ',') && (!at[bytes] || at[bytes] == ','))
			return true;
	return false;
}

static void add_name(char list[ANSWER_BYTES], const char *name)
{
	size_t used = strlen(list);

	snprintf(list + used, ANSWER_BYTES - used, "%s%s", used ? "," : "", name);
}

/* Lists the fields to ask for of these groups, and says which are not to be had. */
static void choose_fields(const char *path, const char *groups, char fields[ANSWER_BYTES])
{
	char lacking[ANSWER_BYTES] = "";

	fields[0] = '\0';
	add_name(fields, "siftr");
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (has_group(groups, wanted[i].group))
			add_name(fields, wanted[i].fields);
		else
			add_name(lacking, wanted[i].group);
	}
	if (*lacking)
		report_notice("the tracer at %s does not capture %s: the view knows less; to have "
			      "all, start it with --format jsonl --fields answers",
			      path, lacking);
}

/* 0 or a negative errno, reported. */
static int find_fields(int fd, const char *path, char fields[ANSWER_BYTES])
{
	char groups[ANSWER_BYTES], end[ANSWER_BYTES];
	int err = ask(fd, path, "get " GROUPS "\n", groups) ?: read_line(fd, path, end);
	bool has_some;

	if (err)
		return err;
	has_some = !strncmp(groups, GROUPS_LINE, strlen(GROUPS_LINE));
	choose_fields(path, has_some ? groups + strlen(GROUPS_LINE) : "", fields);
	return 0;
}

/* Writes the request as a line. 0 or -EINVAL, reported. */
static int make_request(const struct filter_values *filter, const char *fields,
			char line[CLIENT_LINE_MAX])
{
	size_t used = (size_t)sprintf(line, "follow --format jsonl --fields %s", fields);
	int bytes = 0;

	for (__u32 i = 0; i < filter->count && bytes >= 0; i++) {
		bytes = snprintf(line + used, CLIENT_LINE_MAX - used, " --%s ",
				 filter__name(filter->of[i].kind));
		used += (size_t)bytes;
		bytes = used + 1 < CLIENT_LINE_MAX ? words__quote(filter->of[i].text, line + used,
								  CLIENT_LINE_MAX - 1 - used)
						   : -1;
		used += bytes < 0 ? 0 : (size_t)bytes;
	}
	if (bytes < 0 || used + 2 > CLIENT_LINE_MAX) {
		report_message("the filters are too long, or have a line end");
		return -EINVAL;
	}
	line[used] = '\n';
	line[used + 1] = '\0';
	return 0;
}

int follow_request__open(const struct options *options)
{
	char fields[ANSWER_BYTES], answer[ANSWER_BYTES], line[CLIENT_LINE_MAX];
	const char *path = options->control;
	int fd = connection__open(path), err;

	if (fd < 0)
		return fd;
	err = find_fields(fd, path, fields);
	if (!err)
		err = make_request(&options->filter, fields, line);
	if (!err)
		err = ask(fd, path, line, answer);
	if (!err && strcmp(answer, OK) != 0) {
		report_message("the tracer at %s answers '%s', not " OK, path, answer);
		err = -EPROTO;
	}
	if (!err)
		return fd;
	close(fd);
	return err;
}
