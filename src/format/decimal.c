// SPDX-License-Identifier: BSD-2-Clause
/*
 * The functions of digits.h write more bytes than the text has, so each text is made in a buffer
 * and its own bytes are copied.
 */
#include "format/decimal.h"

#include <string.h>

#include "format/digits.h"

static char *copy(char *out, const char *text, const char *end)
{
	size_t length = (size_t)(end - text);

	/* cppcheck-suppress uninitvar ; the function that returned `end` wrote up to it */
	memcpy(out, text, length);
	return out + length;
}

char *decimal__u32(char *out, __u32 value)
{
	char text[DIGITS_ROOM];

	return copy(out, text, digits__column(text, value) - 1);
}

char *decimal__u64(char *out, __u64 value)
{
	__u64 high = value / 100000000;
	char text[DIGITS_ROOM];

	if (high == 0)
		return decimal__u32(out, (__u32)value);
	if (high >= 100000000) {
		out = decimal__u32(out, (__u32)(high / 100000000));
		out = copy(out, text, digits__eight(text, (__u32)(high % 100000000)));
	} else {
		out = decimal__u32(out, (__u32)high);
	}
	return copy(out, text, digits__eight(text, (__u32)(value % 100000000)));
}

char *decimal__six(char *out, __u32 value)
{
	char text[DIGITS_ROOM];

	return copy(out, text, digits__six_column(text, value) - 1);
}

char *decimal__ipv4(char *out, const __u64 address[2])
{
	char text[DIGITS_ROOM];

	return copy(out, text, digits__ipv4(text, address) - 1);
}

static char *hexadecimal(char *out, unsigned int group)
{
	static const char digit[16] = "0123456789abcdef";

	if (group >= 0x1000)
		*out++ = digit[group >> 12];
	if (group >= 0x100)
		*out++ = digit[group >> 8 & 15];
	if (group >= 0x10)
		*out++ = digit[group >> 4 & 15];
	*out++ = digit[group & 15];
	return out;
}

struct zero_run {
	int first;
	int length;
};

/* The first of the longest runs of at least two zero groups; length 0 for none. */
static struct zero_run longest_zero_run(const unsigned int groups[8])
{
	struct zero_run best = {-1, 0};
	int length = 0;

	for (int i = 0; i < 8; i++) {
		length = groups[i] ? 0 : length + 1;
		if (length > best.length)
			best = (struct zero_run){i + 1 - length, length};
	}
	return best.length >= 2 ? best : (struct zero_run){-1, 0};
}

/*
 * Writes an address as glibc's inet_ntop(3) does: the longest run of zero groups becomes "::". The
 * last 32 bits after six zero groups, or after five and ffff, are written as an IPv4 address.
 */
char *decimal__ipv6(char *out, const __u64 address[2])
{
	const unsigned char *bytes = (const unsigned char *)address;
	unsigned int groups[8];
	struct zero_run zeros;
	int tail;

	for (int i = 0; i < 8; i++)
		groups[i] = (unsigned int)bytes[2 * i] << 8 | bytes[2 * i + 1];
	zeros = longest_zero_run(groups);
	tail = zeros.first + zeros.length;
	for (int i = 0; i < 8; i++) {
		if (i == zeros.first) {
			*out++ = ':';
			i = tail - 1;
			continue;
		}
		if (i)
			*out++ = ':';
		if (i == 6 && zeros.first == 0 &&
		    (zeros.length == 6 || (zeros.length == 5 && groups[5] == 0xffff))) {
			__u64 embedded[2] = {0};

			memcpy(embedded, bytes + 12, 4);
			return decimal__ipv4(out, embedded);
		}
		out = hexadecimal(out, groups[i]);
	}
	if (zeros.length && tail == 8)
		*out++ = ':';
	return out;
}

char *decimal__ipv6_groups(char *out, const __u64 address[2])
{
	const unsigned char *bytes = (const unsigned char *)address;

	for (int i = 0; i < 8; i++) {
		if (i)
			*out++ = ':';
		out = hexadecimal(out, (unsigned int)bytes[2 * i] << 8 | bytes[2 * i + 1]);
	}
	return out;
}
