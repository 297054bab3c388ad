// SPDX-License-Identifier: BSD-2-Clause
#include "read/line_kind.h"

#include <stdbool.h>
#include <string.h>

#define COLUMNS_TTPROBE	  17
#define COLUMNS_TCP_PROBE 11

struct line {
	const char *at;
	size_t bytes;
};

static bool begins(struct line line, const char *start)
{
	return line.bytes >= strlen(start) && !memcmp(line.at, start, strlen(start));
}

static bool is_complete(struct line line)
{
	return line.bytes && line.at[line.bytes - 1] == '\n';
}

/* Whether the line has the name between two of these bytes, none of which is part of a name. */
static bool has_name(struct line line, const char *name, const char *between)
{
	const char *end = line.at + line.bytes, *at = line.at;
	size_t bytes = strlen(name);

	while ((at = memmem(at, (size_t)(end - at), name, bytes))) {
		bool apart = (at == line.at || strchr(between, at[-1])) &&
			     (at + bytes == end || strchr(between, at[bytes]));

		if (apart)
			return true;
		at += bytes;
	}
	return false;
}

const char *const line_kind_required[LINE_KIND_REQUIRED] = {"time",  "direction", "laddr",
							    "lport", "faddr",	  "fport"};

/* Bytes that are before and after a name: in a row of names, and in an object. */
#define AROUND_NAME "\",\r\n"
#define AROUND_KEY  "\""

unsigned int line_kind__lacking(const char *text, size_t bytes)
{
	struct line line = {text, bytes};
	const char *between = begins(line, "{") ? AROUND_KEY : AROUND_NAME;
	unsigned int lacking = 0;

	for (unsigned int i = 0; i < LINE_KIND_REQUIRED; i++)
		if (!has_name(line, line_kind_required[i], between))
			lacking |= 1U << i;
	return lacking;
}

/* Whether the line has the names of the columns that tell when and where a row was made. */
static bool has_columns(struct line line, const char *between)
{
	return has_name(line, "time", between) && has_name(line, "direction", between) &&
	       has_name(line, "laddr", between);
}

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/*
 * Whether the line is one of two names or more, with commas between them, as tables of any kind
 * begin. The first may be empty: programs write an index there.
 */
static bool is_names(struct line line)
{
	const char *end = line.at + line.bytes, *name = line.at, *comma;
	unsigned int names = 0;

	if (!is_complete(line))
		return false;
	for (; name < end; name = comma + 1, names++) {
		comma = memchr(name, ',', (size_t)(end - name)) ?: end;
		if (*name == '"' && name + 1 < comma)
			name++;
		if (name < comma ? !is_letter(*name) : names)
			return false;
	}
	return names > 1;
}

/* A row of names, quoted or not. Which of the others are missing, the reader of tables tells. */
static enum dialect_kind kind_of_names(struct line line)
{
	bool begins_with_time = begins(line, "time,") || begins(line, "\"time\",");

	if ((begins_with_time && has_name(line, "laddr", AROUND_NAME)) ||
	    has_columns(line, AROUND_NAME))
		return DIALECT_CSV;
	return begins_with_time || is_names(line) ? DIALECT_TABLE : DIALECT_UNKNOWN;
}

/* An object: a row if it begins as siftr-bpf's, or has the columns in another order. */
static enum dialect_kind kind_of_object(struct line line)
{
	return begins(line, "{\"time\":") || has_columns(line, AROUND_KEY) ? DIALECT_JSONL
									   : DIALECT_TABLE;
}

unsigned int line_kind__nr_columns(const char *text, size_t bytes)
{
	struct line line = {text, bytes};
	unsigned int columns = 1;

	if (!is_complete(line) || (!begins(line, "i,") && !begins(line, "o,")))
		return 0;
	for (size_t i = 0; i < bytes; i++)
		columns += text[i] == ',';
	return columns;
}

/*
 * Whether the line is tcp_probe's: 11 columns with a blank between them, of which the fifth and the
 * sixth, sequence numbers, are hexadecimal.
 */
static bool is_tcp_probe(struct line line)
{
	const char *end = line.at + line.bytes, *column = line.at;
	unsigned int columns = 1;

	if (!is_complete(line) || *line.at < '0' || *line.at > '9')
		return false;
	while ((column = memchr(column, ' ', (size_t)(end - column)))) {
		columns++;
		column++;
		if ((columns == 5 || columns == 6) && (*column != '0' || column[1] != 'x'))
			return false;
	}
	return columns == COLUMNS_TCP_PROBE;
}

enum dialect_kind line_kind__of(const char *text, size_t bytes)
{
	struct line line = {text, bytes};

	if (begins(line, "{\""))
		return kind_of_object(line);
	if (line_kind__nr_columns(text, bytes) == COLUMNS_TTPROBE)
		return DIALECT_TTPROBE;
	return is_tcp_probe(line) ? DIALECT_TCP_PROBE : kind_of_names(line);
}
