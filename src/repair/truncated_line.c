// SPDX-License-Identifier: BSD-2-Clause
/*
 * Compares lines with patterns: '#' stands for digits, '@' for printable characters, '*' for the
 * flow list. A text matches a pattern if it is a beginning of what the pattern describes.
 */
#include "repair/truncated_line.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "read/columns.h"

#define LINE_BYTES 4096

static const char header[] = "enable_time_secs=#\tenable_time_usecs=#\tsiftrver=1.3.0\t"
			     "sysname=@\tsysver=#\tipmode=#";
static const char footer[] =
	"disable_time_secs=#\tdisable_time_usecs=#\tnum_inbound_tcp_pkts=#\t"
	"num_outbound_tcp_pkts=#\ttotal_tcp_pkts=#\tnum_inbound_skipped_pkts_malloc=#\t"
	"num_outbound_skipped_pkts_malloc=#\tnum_inbound_skipped_pkts_tcpcb=#\t"
	"num_outbound_skipped_pkts_tcpcb=#\tnum_inbound_skipped_pkts_inpcb=#\t"
	"num_outbound_skipped_pkts_inpcb=#\ttotal_skipped_tcp_pkts=#\tflow_list=*";

static const char digits[] = "0123456789";
static const char entry_bytes[] = "0123456789abcdef.:;-";
static const char list_bytes[] = "0123456789abcdef.:;-,";
static const char data_bytes[] = "0123456789abcdef.:,";

static size_t span(const char *text, size_t bytes, const char *allowed)
{
	size_t count = 0;

	while (count < bytes && text[count] && strchr(allowed, text[count]))
		count++;
	return count;
}

static size_t span_printable(const char *text, size_t bytes)
{
	size_t count = 0;

	while (count < bytes && text[count] > ' ' && text[count] <= '~')
		count++;
	return count;
}

/* Number of bytes of `text` that one character of a pattern matches. */
static size_t match(char pattern, const char *text, size_t bytes)
{
	switch (pattern) {
	case '#':
		return span(text, bytes, digits);
	case '@':
		return span_printable(text, bytes);
	case '*':
		return span(text, bytes, list_bytes);
	default:
		return *text == pattern;
	}
}

static bool begins_pattern(const char *pattern, const char *text, size_t bytes)
{
	for (; *pattern && bytes; pattern++) {
		size_t matched = match(*pattern, text, bytes);

		if (!matched && *pattern != '*')
			return false;
		text += matched;
		bytes -= matched;
	}
	return !bytes;
}

static bool is_data(const char *text, size_t bytes)
{
	size_t commas = 0;

	if ((*text != 'i' && *text != 'o') || (bytes > 1 && text[1] != ','))
		return false;
	for (size_t i = 1; i < bytes; i++) {
		if (!span(text + i, 1, data_bytes) || (text[i] == ',' && text[i - 1] == ','))
			return false;
		commas += text[i] == ',';
	}
	return commas < COLUMNS - 1 || (commas == COLUMNS - 1 && text[bytes - 1] == ',');
}

static enum truncated_kind kind_of(const char *text, size_t bytes)
{
	if (begins_pattern(header, text, bytes))
		return TRUNCATED_HEADER;
	if (begins_pattern(footer, text, bytes))
		return TRUNCATED_FOOTER;
	return is_data(text, bytes) ? TRUNCATED_DATA : TRUNCATED_NO;
}

static int read_at(int fd, char *text, size_t bytes, __u64 at)
{
	ssize_t n = pread(fd, text, bytes, (off_t)at);

	if (n < 0)
		return -errno;
	return (size_t)n == bytes ? 0 : -EIO;
}

/* Whether the bytes are all zero. 1, 0 or a negative errno. */
static int are_zeros(int fd, __u64 at, __u64 bytes)
{
	char text[LINE_BYTES];

	while (bytes) {
		size_t count = bytes < sizeof(text) ? (size_t)bytes : sizeof(text);
		int err = read_at(fd, text, count, at);

		if (err)
			return err;
		if (*text || memcmp(text, text + 1, count - 1) != 0)
			return 0;
		at += count;
		bytes -= count;
	}
	return 1;
}

/*
 * Reads the text up to the first zero byte. 1 if only zeros follow it, 0 if not, or a negative
 * errno.
 */
static int read_beginning(int fd, __u64 at, __u64 bytes, char text[LINE_BYTES], size_t *count)
{
	int err;

	*count = bytes < LINE_BYTES ? (size_t)bytes : LINE_BYTES;
	err = read_at(fd, text, *count, at);
	if (err)
		return err;
	*count = strnlen(text, *count);
	return are_zeros(fd, at + *count, bytes - *count);
}

int truncated_line__line(int fd, __u64 at, __u64 bytes)
{
	char text[LINE_BYTES];
	size_t count;
	int found;

	if (!bytes)
		return TRUNCATED_NO;
	found = read_beginning(fd, at, bytes, text, &count);
	if (found <= 0)
		return found ? found : TRUNCATED_NO;
	return count ? kind_of(text, count) : TRUNCATED_ZEROS;
}

int truncated_line__entry(int fd, __u64 at, __u64 bytes)
{
	char text[LINE_BYTES];
	size_t count;
	int found = read_beginning(fd, at, bytes, text, &count);

	return found > 0 ? span(text, count, entry_bytes) == count : found;
}
