// SPDX-License-Identifier: BSD-2-Clause
#include "report/text.h"

#include <stdbool.h>
#include <string.h>

/* Length of the UTF-8 sequence that begins with `first`; 0 if none does. */
static size_t sequence_length(unsigned char first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/*
 * Whether the first two bytes of a UTF-8 sequence make it invalid: an overlong encoding, a
 * surrogate or a code point above U+10FFFF.
 */
static bool is_invalid(unsigned char first, unsigned char second)
{
	return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
	       (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
}

/*
 * Whether the three bytes are U+2028 to U+202E or U+2066 to U+2069, which end lines, or make a
 * terminal or a browser show what follows in another order: a name could pose as what stands around
 * it.
 */
static bool is_layout(const unsigned char bytes[3])
{
	return bytes[0] == 0xe2 && ((bytes[1] == 0x80 && bytes[2] >= 0xa8 && bytes[2] <= 0xae) ||
				    (bytes[1] == 0x81 && bytes[2] >= 0xa6 && bytes[2] <= 0xa9));
}

size_t text__character(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = sequence_length(bytes[0]);

	if (bytes[0] < 0x80)
		return bytes[0] >= ' ' && bytes[0] != 0x7f;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	/* U+0080 to U+009F are control characters as well. */
	if (!length || is_invalid(bytes[0], bytes[1]) || (bytes[0] == 0xc2 && bytes[1] < 0xa0))
		return 0;
	return is_layout(bytes) ? 0 : length;
}

size_t text__printable(const char *text)
{
	size_t length = 0, character;

	do {
		while (text[length] >= ' ' && text[length] < 0x7f)
			length++;
		character = text__character(text + length);
		length += character;
	} while (character);
	return length;
}

void text__print(FILE *stream, const char *text)
{
	text__print_bytes(stream, text, strlen(text));
}

void text__print_bytes(FILE *stream, const char *text, size_t bytes)
{
	for (;;) {
		size_t length = text__printable(text);

		if (length > bytes)
			length = bytes;
		fwrite(text, 1, length, stream);
		text += length;
		bytes -= length;
		if (!bytes)
			return;
		fprintf(stream, "\\x%02x", (unsigned char)*text++);
		bytes--;
	}
}

const char *text__shell_word(const char *file)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._/+@%,:=-";

	return *file != '-' && strspn(file, plain) == strlen(file) ? file : "FILE";
}
