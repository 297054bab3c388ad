// SPDX-License-Identifier: BSD-2-Clause
/* Every line is checked, also those that the command line overrules. */
#include "options/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options/table.h"
#include "options/value.h"
#include "report/report.h"
#include "report/text.h"

#define FILE_BYTES_MAX 65536
#define NAME_BYTES     512

/* Kept, because the options point into it. */
static char contents[FILE_BYTES_MAX + 1];

struct place {
	const char *path;
	unsigned int line;
};

/* Where an option stood before; line 0: nowhere. */
struct earlier {
	unsigned int line;
	const char *value;
};

static bool is_space(char c)
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

static int given_twice(struct place place, const struct option_row *row,
		       const struct earlier *earlier, const char *value)
{
	report_message("%s:%u: %s was given in line %u already, as '%s': remove that line or this "
		       "one, '%s'%s%s",
		       place.path, place.line, row->name, earlier->line, earlier->value, value,
		       row->several ? ", or " : "", row->several ? row->several : "");
	return -EINVAL;
}

/* A '#' behind a blank was meant as a comment, also where a file name could hold it. */
static bool has_comment(const char *value)
{
	for (const char *hash = strchr(value, '#'); hash; hash = strchr(hash + 1, '#'))
		if (hash > value && is_space(hash[-1]))
			return true;
	return *value == '#';
}

/* The row of a line of the form NAME = VALUE; NULL after a message. */
static const struct option_row *find_row(struct place place, char *line, const char *value)
{
	const struct option_row *row = value ? option_table__find(line) : NULL;

	if (!value)
		bad_line(place, "not of the form NAME = VALUE:", line);
	else if (!row)
		bad_line(place, "unknown option", line);
	else if (row->only_in_words)
		bad_line(place, "an option of the command line only:", line);
	else
		return row;
	return NULL;
}

static int take_line(struct place place, char *line, struct earlier earlier[], __u64 *given,
		     struct options *options)
{
	char name[NAME_BYTES], *value = split(line);
	const struct option_row *row = find_row(place, line, value);
	struct options unused;
	size_t i;

	if (!row)
		return -EINVAL;
	if (has_comment(value))
		return bad_line(place,
				"a comment takes a line of its own, not behind a value:", value);
	i = row - option_table;
	if (earlier[i].line)
		return given_twice(place, row, &earlier[i], value);
	earlier[i] = (struct earlier){place.line, value};
	/* The command line goes first, but what is wrong here is told all the same. */
	if (*given & 1ULL << i)
		options = &unused;
	*given |= 1ULL << i;
	snprintf(name, sizeof(name), "%s:%u: %s", place.path, place.line, row->name);
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
	else
		contents[*bytes] = '\0';
	close(fd);
	return err;
}

/* What editors of other systems save; the first line's other errors would only confuse. */
static const char *find_encoding(size_t bytes)
{
	if (bytes >= 2 && (!memcmp(contents, "\xff\xfe", 2) || !memcmp(contents, "\xfe\xff", 2)))
		return "UTF-16: save the file as UTF-8";
	if (bytes >= 3 && !memcmp(contents, "\xef\xbb\xbf", 3))
		return "a byte order mark: save the file as UTF-8 without one";
	return NULL;
}

/* What stands in a line that is neither empty nor a comment, and is no text; NULL for none. */
static const char *find_bad_text(const char *line, size_t bytes)
{
	size_t length;

	for (size_t i = 0; i < bytes; i += length) {
		if (!line[i])
			return "a byte of 0, which no text has, behind";
		length = text__character(line + i);
		if (!length && (unsigned char)line[i] >= 0x80)
			return "not UTF-8:";
		if (!length && line[i] != '\t')
			return "a control character in";
		length += !length;
	}
	return NULL;
}

/* A line without its end; `line` is changed. */
static int read_line(struct place place, char *line, size_t bytes, struct earlier earlier[],
		     __u64 *given, struct options *options)
{
	const char *bad_text;

	while (bytes && is_space(line[bytes - 1]))
		bytes--;
	while (bytes && is_space(*line)) {
		line++;
		bytes--;
	}
	if (!bytes || *line == '#')
		return 0;
	line[bytes] = '\0';
	bad_text = find_bad_text(line, bytes);
	if (bad_text)
		return bad_line(place, bad_text, line);
	return take_line(place, line, earlier, given, options);
}

/* Every line is read, so that all that is wrong is told at once. */
static int read_lines(const char *path, size_t bytes, __u64 *given, struct options *options)
{
	struct earlier earlier[OPTIONS_MAX] = {};
	struct place place = {path, 0};
	int err = 0, line_err;
	char *line = contents;

	while (line < contents + bytes) {
		size_t left = contents + bytes - line;
		char *end = memchr(line, '\n', left);
		size_t length = end ? (size_t)(end - line) : left;

		place.line++;
		line_err = read_line(place, line, length, earlier, given, options);
		err = err ? err : line_err;
		line += length + 1;
	}
	return err;
}

int options_file__read(const char *path, __u64 *given, struct options *options)
{
	const char *encoding;
	size_t bytes = 0;
	int err = load(path, &bytes);

	if (err)
		return report_error(err, "read the configuration file %s", path);
	encoding = find_encoding(bytes);
	if (encoding) {
		report_message("%s:1: %s", path, encoding);
		return -EINVAL;
	}
	return read_lines(path, bytes, given, options);
}
