// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lines are held against forms: '#' stands for digits, '@' for printable
 * characters, '*' for the flow list. Wherever the text ends it agrees so far.
 */
#include "repair/truncated.h"

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

/* How many bytes of `text` one character of a form takes. */
static size_t take(char form, const char *text, size_t bytes)
{
	switch (form) {
	case '#':
		return span(text, bytes, digits);
	case '@':
		return span_printable(text, bytes);
	case '*':
		return span(text, bytes, list_bytes);
	default:
		return *text == form;
	}
}

static bool agrees(const char *form, const char *text, size_t bytes)
{
	for (; *form && bytes; form++) {
		size_t taken = take(*form, text, bytes);

		if (!taken && *form != '*')
			return false;
		text += taken;
		bytes -= taken;
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

static enum truncated_kind form_of(const char *text, size_t bytes)
{
	if (agrees(header, text, bytes))
		return TRUNCATED_HEADER;
	if (agrees(footer, text, bytes))
		return TRUNCATED_FOOTER;
	return is_data(text, bytes) ? TRUNCATED_DATA : TRUNCATED_NO;
}

static int read_at(int fd, char *room, size_t bytes, __u64 at)
{
	ssize_t n = pread(fd, room, bytes, (off_t)at);

	if (n < 0)
		return -errno;
	return (size_t)n == bytes ? 0 : -EIO;
}

/* 1, 0 or a negative errno. */
static int are_zeros(int fd, __u64 at, __u64 bytes)
{
	char room[LINE_BYTES];

	while (bytes) {
		size_t count = bytes < sizeof(room) ? (size_t)bytes : sizeof(room);
		int err = read_at(fd, room, count, at);

		if (err)
			return err;
		if (*room || memcmp(room, room + 1, count - 1) != 0)
			return 0;
		at += count;
		bytes -= count;
	}
	return 1;
}

/* Reads up to the first zero; 1 if nothing but zeros follows, 0 or a negative errno. */
static int read_beginning(int fd, __u64 at, __u64 bytes, char room[LINE_BYTES], size_t *count)
{
	int err;

	*count = bytes < LINE_BYTES ? (size_t)bytes : LINE_BYTES;
	err = read_at(fd, room, *count, at);
	if (err)
		return err;
	*count = strnlen(room, *count);
	return are_zeros(fd, at + *count, bytes - *count);
}

int truncated__line(int fd, __u64 at, __u64 bytes)
{
	char room[LINE_BYTES];
	size_t count;
	int found;

	if (!bytes)
		return TRUNCATED_NO;
	found = read_beginning(fd, at, bytes, room, &count);
	if (found <= 0)
		return found ? found : TRUNCATED_NO;
	return count ? form_of(room, count) : TRUNCATED_ZEROS;
}

int truncated__entry(int fd, __u64 at, __u64 bytes)
{
	char room[LINE_BYTES];
	size_t count;
	int found = read_beginning(fd, at, bytes, room, &count);

	return found > 0 ? span(room, count, entry_bytes) == count : found;
}
