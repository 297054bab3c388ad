// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every line is checked, even if the command line overrides its option, so that an error shows at
 * once.
 */
#include "options/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options/option_set.h"
#include "options/option_table.h"
#include "options/option_value.h"
#include "options/options.h"
#include "report/report.h"
#include "report/text.h"

#define FILE_BYTES_MAX 65536
#define NAME_BYTES     512

/* The text of the file. It is static because struct options points into it. */
static char contents[FILE_BYTES_MAX + 1];

struct file_line {
	const char *path;
	unsigned int line;
};

/* The line on which the file has set an option before; 0: it has not. */
struct earlier {
	unsigned int line;
	const char *value;
	bool overridden; /* by the command line */
};

static bool is_space(char c)
{
	return isspace((unsigned char)c);
}

/* Removes the white space at both ends of `text`, in place. */
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

/* Splits NAME = VALUE in place and returns VALUE; NULL if there is no '='. */
static char *split(char *line)
{
	char *equals = strchr(line, '=');

	if (!equals)
		return NULL;
	*equals = '\0';
	trim(line);
	return trim(equals + 1);
}

static int report_bad_line(struct file_line at, const char *what, const char *got)
{
	report_message("%s:%u: %s '%s'", at.path, at.line, what, got);
	return -EINVAL;
}

static int report_repetition(struct file_line at, const struct option_row *row,
			     const struct earlier *earlier, const char *value)
{
	report_message("%s:%u: %s was given in line %u already, as '%s': remove that line or this "
		       "one, '%s'%s%s",
		       at.path, at.line, row->name, earlier->line, earlier->value, value,
		       row->several ? ", or " : "", row->several ? row->several : "");
	return -EINVAL;
}

/*
 * Whether a value seems to have a comment: a '#' at its beginning or after white space. That is
 * rejected, although a file name may contain it.
 */
static bool has_comment(const char *value)
{
	for (const char *hash = strchr(value, '#'); hash; hash = strchr(hash + 1, '#'))
		if (hash > value && is_space(hash[-1]))
			return true;
	return *value == '#';
}

/*
 * Finds the table row of the option that `line` names; NULL, reported, if `value` is NULL, or the
 * option is unknown or not allowed in the file.
 */
static const struct option_row *find_row(struct file_line at, char *line, const char *value)
{
	const struct option_row *row = value ? option_table__find(line) : NULL;

	if (!value)
		report_bad_line(at, "not of the form NAME = VALUE:", line);
	else if (!row)
		report_bad_line(at, "unknown option", line);
	else if (row->command_line_only)
		report_bad_line(at, "an option of the command line only:", line);
	else
		return row;
	return NULL;
}

static int take_line(struct file_line at, char *line, struct earlier earlier[],
		     struct option_set *given, struct options *options)
{
	char name[NAME_BYTES], *value = split(line);
	const struct option_row *row = find_row(at, line, value);
	struct options unused = {};
	size_t i;

	if (!row)
		return -EINVAL;
	if (has_comment(value))
		return report_bad_line(
			at, "a comment must be on a line of its own, not after a value:", value);
	i = row - option_table;
	if (earlier[i].line && row->kind != OPTION_FILTER)
		return report_repetition(at, row, &earlier[i], value);
	/* The command line overrides the file, whose value is checked all the same. */
	if (!earlier[i].line)
		earlier[i].overridden = option_set__has(given, row);
	if (earlier[i].overridden)
		options = &unused;
	earlier[i].line = at.line;
	earlier[i].value = value;
	option_set__add(given, row);
	snprintf(name, sizeof(name), "%s:%u: %s", at.path, at.line, row->name);
	return option_value__parse(row, name, value, options);
}

/*
 * Reads the file into `contents`, up to one byte more than allowed, to detect a file that is too
 * large.
 */
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

/*
 * What is wrong, if the file begins with a byte order mark, of UTF-16 or UTF-8, as editors of other
 * systems write it; else NULL. Without this test an error in the first line would be reported.
 */
static const char *find_encoding(size_t bytes)
{
	if (bytes >= 2 && (!memcmp(contents, "\xff\xfe", 2) || !memcmp(contents, "\xfe\xff", 2)))
		return "UTF-16: save the file as UTF-8";
	if (bytes >= 3 && !memcmp(contents, "\xef\xbb\xbf", 3))
		return "a byte order mark: save the file as UTF-8 without one";
	return NULL;
}

/* Describes the first character of a line that is not printable UTF-8; NULL if all are. */
static const char *find_bad_text(const char *line, size_t bytes)
{
	size_t length;

	for (size_t i = 0; i < bytes; i += length) {
		if (!line[i])
			return "a NUL byte after";
		length = text__character(line + i);
		if (!length && (unsigned char)line[i] >= 0x80)
			return "not UTF-8:";
		if (!length && line[i] != '\t')
			return "a control character in";
		length += !length;
	}
	return NULL;
}

/* Parses one line of `bytes` without its newline, in place. */
static int read_line(struct file_line at, char *line, size_t bytes, struct earlier earlier[],
		     struct option_set *given, struct options *options)
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
		return report_bad_line(at, bad_text, line);
	return take_line(at, line, earlier, given, options);
}

/* Parses all lines, even after an error, to report all errors in one run. */
static int read_lines(const char *path, size_t bytes, struct option_set *given,
		      struct options *options)
{
	struct earlier earlier[OPTIONS_MAX] = {};
	struct file_line at = {path, 0};
	int err = 0, line_err;
	char *line = contents;

	while (line < contents + bytes) {
		size_t left = contents + bytes - line;
		char *end = memchr(line, '\n', left);
		size_t length = end ? (size_t)(end - line) : left;

		at.line++;
		line_err = read_line(at, line, length, earlier, given, options);
		err = err ? err : line_err;
		line += length + 1;
	}
	return err;
}

int config_file__read(const char *path, struct option_set *given, struct options *options)
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
