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

/* Whether the line has the names of the columns that tell whose packet a row is. */
static bool has_columns(struct line line, const char *between)
{
	return has_name(line, "direction", between) && has_name(line, "laddr", between);
}

/* A row of names, quoted or not. Which of the others are missing, the reader of tables tells. */
static enum dialect_kind kind_of_names(struct line line)
{
	static const char between[] = ",\"\r\n";
	bool begins_with_time = begins(line, "time,") || begins(line, "\"time\",");

	if (begins_with_time && has_name(line, "laddr", between))
		return DIALECT_CSV;
	return begins_with_time || has_columns(line, between) ? DIALECT_TABLE : DIALECT_UNKNOWN;
}

/* An object: a row if it begins as siftr-bpf's, or has the columns in another order. */
static enum dialect_kind kind_of_object(struct line line)
{
	static const char between[] = "\"";

	if (begins(line, "{\"time\":"))
		return DIALECT_JSONL;
	return has_name(line, "time", between) && has_columns(line, between) ? DIALECT_JSONL
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
