// SPDX-License-Identifier: BSD-2-Clause
#include "format/quoted_text.h"

#include <stdbool.h>
#include <string.h>

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/*
 * Length in bytes of a character in UTF-8 (RFC 3629, section 4) whose first byte is `first`; 0 if
 * that byte begins no character.
 */
static size_t utf8_bytes(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* Whether the second byte makes the character overlong, a surrogate or above U+10FFFF. */
static bool is_forbidden(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second < 0xa0;
	case 0xed:
		return second > 0x9f;
	case 0xf0:
		return second < 0x90;
	case 0xf4:
		return second > 0x8f;
	default:
		return false;
	}
}

/* Bytes of the character with which the text begins; 0 if it does not begin with a character. */
static size_t character_bytes(const unsigned char *text)
{
	size_t bytes = utf8_bytes(text[0]);

	for (size_t i = 1; i < bytes; i++)
		if (!is_continuation(text[i]))
			return 0;
	return bytes > 1 && is_forbidden(text[0], text[1]) ? 0 : bytes;
}

/* Copies a character, or writes a question mark for a byte that begins none. Moves *text on. */
static char *copy_character(char *out, const char **text)
{
	size_t bytes = character_bytes((const unsigned char *)*text);

	if (!bytes) {
		*out++ = '?';
		++*text;
		return out;
	}
	memcpy(out, *text, bytes);
	*text += bytes;
	return out + bytes;
}

/*
 * Writes no line end into a cell: whatever writes, counts, resumes or repairs a log takes a line
 * end for the end of a row, and any user can put one into the name of a process.
 */
char *quoted_text__csv(char *out, const char *text)
{
	bool quoted = strpbrk(text, ",\"") != NULL;

	if (quoted)
		*out++ = '"';
	while (*text) {
		if (*text == '\r' || *text == '\n') {
			*out++ = '?';
			text++;
			continue;
		}
		if (*text == '"')
			*out++ = '"';
		out = copy_character(out, &text);
	}
	if (quoted)
		*out++ = '"';
	return out;
}

static char *write_control(char *out, unsigned char control)
{
	out = stpcpy(out, "\\u00");
	*out++ = (char)('0' + (control >> 4));
	*out++ = "0123456789abcdef"[control & 15];
	return out;
}

char *quoted_text__json(char *out, const char *text)
{
	*out++ = '"';
	while (*text) {
		unsigned char first = (unsigned char)*text;

		if (first < ' ') {
			out = write_control(out, first);
			text++;
			continue;
		}
		if (first == '"' || first == '\\')
			*out++ = '\\';
		out = copy_character(out, &text);
	}
	*out++ = '"';
	return out;
}
