// SPDX-License-Identifier: BSD-2-Clause
/*
 * Numbers and addresses to text, writing not a byte more than the text. The
 * tables behind it are filled before main() runs, so that no caller has to
 * ask whether they are there.
 */
#include "format/decimal.h"

#include <string.h>

#include "format/digits.h"

struct digits_group digits__groups[10001];
struct digits_octet digits__octets[256];

__attribute__((constructor)) static void fill_tables(void)
{
	for (unsigned int i = 0; i < 10000; i++) {
		struct digits_group *group = &digits__groups[i];

		group->text[0] = (char)('0' + i / 1000);
		group->text[1] = (char)('0' + i / 100 % 10);
		group->text[2] = (char)('0' + i / 10 % 10);
		group->text[3] = (char)('0' + i % 10);
		group->text[4] = ',';
		group->zeros = (i < 1000) + (i < 100) + (i < 10);
		group->zeros_or_none = group->zeros + (i == 0);
		group->none_mask = i == 0 ? 0xff : 0;
	}
	for (unsigned int i = 0; i < 256; i++) {
		struct digits_octet *octet = &digits__octets[i];

		octet->length = 5 - digits__groups[i].zeros;
		memcpy(octet->text, digits__groups[i].text + digits__groups[i].zeros, 4);
		octet->text[octet->length - 1] = '.';
	}
}

static inline char *eight_digits(char *out, __u32 value)
{
	__u32 high = value / 10000;

	memcpy(out, digits__groups[high].text, 4);
	memcpy(out + 4, &digits__groups[value - high * 10000], 8);
	return out + 8;
}

char *digits__long_column(char *out, __u32 value)
{
	__u32 top = value / 100000000;
	const struct digits_group *first = &digits__groups[top];
	size_t zeros = first->zeros;

	memcpy(out, first->text + zeros, 4);
	return eight_digits(out + 4 - zeros, value - top * 100000000) + 1;
}

static char *copy(char *out, const char *text, const char *end)
{
	size_t length = (size_t)(end - text);

	/* cppcheck-suppress uninitvar ; up to `end` it was written by who found the end */
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
		out = copy(out, text, eight_digits(text, (__u32)(high % 100000000)));
	} else {
		out = decimal__u32(out, (__u32)high);
	}
	return copy(out, text, eight_digits(text, (__u32)(value % 100000000)));
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

struct log_run {
	int first;
	int length;
};

/* The first of the longest runs of at least two zero groups; length 0 for none. */
static struct log_run longest_zero_run(const unsigned int groups[8])
{
	struct log_run best = {-1, 0};
	int length = 0;

	for (int i = 0; i < 8; i++) {
		length = groups[i] ? 0 : length + 1;
		if (length > best.length)
			best = (struct log_run){i + 1 - length, length};
	}
	return best.length >= 2 ? best : (struct log_run){-1, 0};
}

/*
 * As glibc does it: the longest run of zero groups becomes "::", and what lies
 * behind six zero groups, or five and ffff, is written as an IPv4 address.
 */
char *decimal__ipv6(char *out, const __u64 address[2])
{
	const unsigned char *bytes = (const unsigned char *)address;
	unsigned int groups[8];
	struct log_run zeros;
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
