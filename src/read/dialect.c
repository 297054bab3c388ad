// SPDX-License-Identifier: BSD-2-Clause
/*
 * Files are recognised by their first bytes, logs by their first header and the line after it, or
 * by their first line if they have no header, see line_kind.h.
 * Defects in later lines do not matter here; line_parser.h finds them.
 */
#include "read/dialect.h"

#include <string.h>

#include <siftr/array_size.h>
#include <siftr/checkpoint_magic.h>

#include "read/columns.h"
#include "read/file_beginning.h"
#include "read/line_kind.h"
#include "read/key_values.h"

#define HEADER_START   "enable_time_secs="
#define FOOTER_START   "disable_time_secs="
#define VERSION_KEY    "siftrver="
#define COLUMNS_FORK   30
#define FREEBSD	       "\tsysname=FreeBSD\t"
#define FORK_FOOTER    "\tglobal_flow_cnt="
#define ZEROS_AT_LEAST 16

struct text {
	const char *at;
	size_t bytes;
};

static const struct magic {
	enum dialect_kind kind;
	const char *bytes;
	size_t nr_bytes;
} magics[] = {
#define MAGIC(kind, text)                    \
	{                                    \
		kind, text, sizeof(text) - 1 \
	}
	MAGIC(DIALECT_GZIP, "\x1f\x8b"),
	MAGIC(DIALECT_ZSTD, "\x28\xb5\x2f\xfd"),
	MAGIC(DIALECT_XZ, "\xfd\x37\x7a\x58\x5a\x00"),
	MAGIC(DIALECT_BZIP2, "BZh"),
	MAGIC(DIALECT_LZ4, "\x04\x22\x4d\x18"),
	MAGIC(DIALECT_BYTE_ORDER_MARK, "\xef\xbb\xbf"),
	MAGIC(DIALECT_UTF_16, "\xff\xfe"),
	MAGIC(DIALECT_UTF_16, "\xfe\xff"),
	/* Captures: pcap in both byte orders, with microseconds or nanoseconds, and pcapng. */
	MAGIC(DIALECT_PCAP, "\xa1\xb2\xc3\xd4"),
	MAGIC(DIALECT_PCAP, "\xd4\xc3\xb2\xa1"),
	MAGIC(DIALECT_PCAP, "\xa1\xb2\x3c\x4d"),
	MAGIC(DIALECT_PCAP, "\x4d\x3c\xb2\xa1"),
	MAGIC(DIALECT_PCAP, "\x0a\x0d\x0d\x0a"),
	MAGIC(DIALECT_CHECKPOINT, CHECKPOINT_MAGIC),
#undef MAGIC
};

static bool begins(struct text text, const char *start)
{
	return text.bytes >= strlen(start) && !memcmp(text.at, start, strlen(start));
}

/* The first line, with its '\n' if it has one. */
static struct text first_line(struct text text)
{
	const char *end = text.bytes ? memchr(text.at, '\n', text.bytes) : NULL;

	return (struct text){text.at, end ? (size_t)(end + 1 - text.at) : text.bytes};
}

static struct text skip(struct text text, struct text line)
{
	return (struct text){text.at + line.bytes, text.bytes - line.bytes};
}

static bool has_newline(struct text line)
{
	return line.bytes && line.at[line.bytes - 1] == '\n';
}

static bool has(struct text line, const char *part)
{
	return memmem(line.at, line.bytes, part, strlen(part));
}

static bool is_footer_of_fork(struct text line)
{
	return begins(line, FOOTER_START) && has(line, FORK_FOOTER);
}

static bool all_zero(struct text text)
{
	for (size_t i = 0; i < text.bytes; i++)
		if (text.at[i])
			return false;
	return true;
}

/* Copies the printable part of the value of siftrver; "" if there is none. */
static void read_version(struct text header, struct dialect *dialect)
{
	const char *end = header.at + header.bytes;
	const char *at = memmem(header.at, header.bytes, VERSION_KEY, strlen(VERSION_KEY));
	size_t bytes = 0;

	if (!at)
		return;
	at += strlen(VERSION_KEY);
	while (at < end && bytes < DIALECT_VERSION_BYTES - 1 && *at > ' ' && *at <= '~')
		dialect->version[bytes++] = *at++;
	dialect->version[bytes] = '\0';
}

/*
 * The dialect of a log whose header has siftrver 1.3.0, by the number of columns of `next`, the
 * line after it.
 */
static enum dialect_kind kind_of_1_3(struct text header, struct text next)
{
	const struct diagnostic_sink ignoring = {};
	struct header_values values = {};
	size_t bytes = header.bytes - 1;

	if (!memchr(header.at, '\t', bytes) && memchr(header.at, ' ', bytes))
		return DIALECT_SPACES;
	if (line_kind__nr_columns(next.at, next.bytes) == COLUMNS_FORK || is_footer_of_fork(next))
		return DIALECT_FORK_30;
	return key_values__header(1, header.at, bytes, &values, &ignoring) ? DIALECT_DAMAGED
									   : DIALECT_SIFTR;
}

static bool ends_in_cr_lf(struct text line)
{
	return line.bytes >= 2 && !memcmp(line.at + line.bytes - 2, "\r\n", 2);
}

static enum dialect_kind kind_of_version(const char *version)
{
	if (!strncmp(version, "1.2.", 4))
		return DIALECT_SIFTR_1_2;
	if (!strncmp(version, "2.", 2))
		return DIALECT_SIFTR_2;
	if (!strcmp(version, "1.3.0"))
		return DIALECT_SIFTR;
	return *version ? DIALECT_OTHER_VERSION : DIALECT_DAMAGED;
}

/* Binary siftr2 never counts as text with CR LF line ends: its records may have these bytes. */
static enum dialect_kind kind_of_header(struct text text, struct dialect *dialect)
{
	struct text header = first_line(text);
	enum dialect_kind kind;

	read_version(header, dialect);
	kind = kind_of_version(dialect->version);
	if (kind == DIALECT_SIFTR_2 && has(header, "rec_fmt=binary"))
		return DIALECT_SIFTR_2_BINARY;
	if (ends_in_cr_lf(header)) {
		dialect->within = kind;
		return DIALECT_CR_LF;
	}
	if (kind == DIALECT_SIFTR_1_2 || kind == DIALECT_SIFTR_2)
		return kind;
	if (!has_newline(header))
		return header.bytes < DIALECT_BYTES ? DIALECT_TRUNCATED_HEADER : DIALECT_DAMAGED;
	return kind == DIALECT_SIFTR ? kind_of_1_3(header, first_line(skip(text, header))) : kind;
}

static bool is_beginning_of_header(struct text text)
{
	return text.bytes < strlen(HEADER_START) && !memcmp(text.at, HEADER_START, text.bytes);
}

/*
 * Finds the header that directly follows the data lines at the beginning of `text`; an empty text
 * if there is none.
 */
static struct text header_after_data(struct text text)
{
	struct text line = first_line(text);

	while (line_kind__nr_columns(line.at, line.bytes) == COLUMNS) {
		text = skip(text, line);
		line = first_line(text);
	}
	return begins(line, HEADER_START) ? line : (struct text){text.at, 0};
}

static bool has_line_of_siftr(struct text text)
{
	while (text.bytes) {
		struct text line = first_line(text);

		if (begins(line, HEADER_START) || begins(line, FOOTER_START) ||
		    line_kind__nr_columns(line.at, line.bytes) == COLUMNS)
			return true;
		text = skip(text, line);
	}
	return false;
}

static enum dialect_kind kind_of_lines(struct text text, struct dialect *dialect)
{
	struct text line = first_line(text);
	unsigned int columns = line_kind__nr_columns(line.at, line.bytes);
	enum dialect_kind kind = line_kind__of(line.at, line.bytes);

	if (begins(text, HEADER_START))
		return kind_of_header(text, dialect);
	if (kind == DIALECT_CSV && ends_in_cr_lf(line)) {
		dialect->within = kind;
		return DIALECT_CR_LF;
	}
	if (kind == DIALECT_CSV || kind == DIALECT_JSONL)
		return kind;
	if (is_beginning_of_header(text))
		return DIALECT_TRUNCATED_HEADER;
	if (columns == COLUMNS)
		return header_after_data(text).bytes ? DIALECT_DATA_BEFORE_HEADER
						     : DIALECT_NO_HEADER;
	if (columns == COLUMNS_1_2 && !memcmp(line.at + 2, "0x", 2))
		return DIALECT_SIFTR_1_2;
	if (begins(text, FOOTER_START))
		return DIALECT_NO_HEADER;
	dialect->lacks = line_kind__lacking(line.at, line.bytes);
	return has_line_of_siftr(text) ? DIALECT_DAMAGED : kind;
}

struct dialect dialect__of(const char *text, size_t bytes)
{
	struct text beginning = {text, bytes < DIALECT_BYTES ? bytes : DIALECT_BYTES};
	struct dialect dialect = {.kind = DIALECT_EMPTY};

	if (!bytes)
		return dialect;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		const struct magic *magic = &magics[i];

		if (bytes >= magic->nr_bytes && !memcmp(text, magic->bytes, magic->nr_bytes)) {
			dialect.kind = magic->kind;
			return dialect;
		}
	}
	if (bytes >= ZEROS_AT_LEAST && all_zero((struct text){text, ZEROS_AT_LEAST}))
		dialect.kind = DIALECT_ZEROS;
	else
		dialect.kind = kind_of_lines(beginning, &dialect);
	return dialect;
}

bool dialect__is_data_before_header(const char *text, size_t bytes)
{
	struct text header = header_after_data((struct text){text, bytes});

	return header.at > text && header.bytes &&
	       memmem(header.at, header.bytes, FREEBSD, strlen(FREEBSD));
}

int dialect__of_file(int fd, struct dialect *dialect)
{
	char text[DIALECT_BYTES];
	size_t bytes;
	int err = file_beginning__read(fd, text, sizeof(text), &bytes);

	if (!err)
		*dialect = dialect__of(text, bytes);
	return err;
}

bool dialect__is_checkable(const struct dialect *dialect)
{
	if (dialect->kind == DIALECT_SIFTR_1_2)
		return !strcmp(dialect->version, "1.2.4");
	if (dialect__is_siftr2(dialect))
		return !strcmp(dialect->version, "2.5");
	return dialect__is_supported(dialect);
}

bool dialect__is_supported(const struct dialect *dialect)
{
	return dialect->kind <= DIALECT_NO_HEADER;
}

bool dialect__is_readable(const struct dialect *dialect)
{
	return dialect__is_checkable(dialect) || dialect->kind == DIALECT_CSV ||
	       dialect->kind == DIALECT_JSONL || dialect->kind == DIALECT_TTPROBE ||
	       dialect->kind == DIALECT_TCP_PROBE;
}

struct dialect dialect__without_returns(const struct dialect *dialect)
{
	struct dialect without = *dialect;

	if (dialect->kind == DIALECT_CR_LF)
		without.kind = dialect->within;
	return without;
}
