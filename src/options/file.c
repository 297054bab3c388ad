// SPDX-License-Identifier: BSD-2-Clause
/* Every line is checked, also those that the command line overrules. */
#include "options/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options/table.h"
#include "options/value.h"
#include "report.h"

#define FILE_BYTES_MAX 65536
#define NAME_BYTES     512

/* Kept, because the options point into it. */
static char contents[FILE_BYTES_MAX + 1];

struct place {
	const char *path;
	unsigned int line;
};

static int is_space(char c)
{
	return isspace((unsigned char)c);
}

/* Without the blanks at both ends; changes `text`. */
static char *trim(char *text)
{
	size_t bytes;

	while (is_space(*text))
		text++;
	bytes = strlen(text);
	while (bytes && is_space(text[bytes - 1]))
		text[--bytes] = '\0';
	return text;
}

/* The value's beginning, with the name cut off before it; NULL where there is no '='. */
static char *split(char *line)
{
	char *equals = strchr(line, '=');

	if (!equals)
		return NULL;
	*equals = '\0';
	trim(line);
	return trim(equals + 1);
}

static int bad_line(struct place place, const char *what, const char *got)
{
	report_message("%s:%u: %s '%s'", place.path, place.line, what, got);
	return -EINVAL;
}

/* `first_lines` has the line each option stood in before, or 0. */
static int take_line(struct place place, char *line, unsigned int *first_lines, __u64 *given,
		     struct options *options)
{
	char name[NAME_BYTES], *value = split(line);
	const struct option_row *row;
	struct options unused;
	size_t i;

	if (!value)
		return bad_line(place, "not of the form NAME = VALUE:", line);
	row = option_table__find(line);
	if (!row)
		return bad_line(place, "unknown option", line);
	if (row->only_in_words)
		return bad_line(place, "an option of the command line only:", line);
	i = row - option_table;
	if (first_lines[i]) {
		report_message("%s:%u: %s was given in line %u already", place.path, place.line,
			       line, first_lines[i]);
		return -EINVAL;
	}
	first_lines[i] = place.line;
	/* The command line goes first, but what is wrong here is told all the same. */
	if (*given & 1ULL << i)
		options = &unused;
	*given |= 1ULL << i;
	snprintf(name, sizeof(name), "%s:%u: %s", place.path, place.line, line);
	return value__parse(row, name, value, options);
}

/* The whole file, or what fits: one byte more than allowed tells a file too large. */
static int load(const char *path, size_t *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), err = 0;
	ssize_t got = 0;

	if (fd < 0)
		return -errno;
	for (*bytes = 0; *bytes < FILE_BYTES_MAX + 1; *bytes += got) {
		got = read(fd, contents + *bytes, FILE_BYTES_MAX + 1 - *bytes);
		if (got <= 0)
			break;
	}
	if (got < 0)
		err = -errno;
	else if (*bytes > FILE_BYTES_MAX)
		err = -EFBIG;
	else if (memchr(contents, '\0', *bytes))
		err = -EILSEQ;
	else
		contents[*bytes] = '\0';
	close(fd);
	return err;
}

int options_file__read(const char *path, __u64 *given, struct options *options)
{
	unsigned int first_lines[OPTIONS_MAX] = {};
	struct place place = {path, 0};
	char *rest = contents, *line;
	size_t bytes;
	int err = load(path, &bytes);

	if (err)
		return report_error(err, "read the configuration file %s", path);
	while (!err && (line = strsep(&rest, "\n"))) {
		place.line++;
		line = trim(line);
		if (*line && *line != '#')
			err = take_line(place, line, first_lines, given, options);
	}
	return err;
}
