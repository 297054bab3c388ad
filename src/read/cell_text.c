// SPDX-License-Identifier: BSD-2-Clause
#include "read/cell_text.h"

#include <string.h>

/* The text copied so far, and the rest of the cell that it is copied from. */
struct copy {
	char *text;
	size_t bytes;
	const char *at, *end;
};

static bool add(struct copy *copy, char byte)
{
	if (!byte || copy->bytes == SIFTR_TEXT_MAX)
		return false;
	copy->text[copy->bytes++] = byte;
	return true;
}

static bool add_continuation(struct copy *copy, unsigned int code, unsigned int shift)
{
	return add(copy, (char)(0x80 | (code >> shift & 0x3f)));
}

/* Adds the character of a code point in UTF-8. */
static bool add_character(struct copy *copy, unsigned int code)
{
	if (code < 0x80)
		return add(copy, (char)code);
	if (code < 0x800)
		return add(copy, (char)(0xc0 | code >> 6)) && add_continuation(copy, code, 0);
	if (code < 0x10000)
		return add(copy, (char)(0xe0 | code >> 12)) && add_continuation(copy, code, 6) &&
		       add_continuation(copy, code, 0);
	return add(copy, (char)(0xf0 | code >> 18)) && add_continuation(copy, code, 12) &&
	       add_continuation(copy, code, 6) && add_continuation(copy, code, 0);
}

/* The value of a hexadecimal digit, 16 for any other character. */
static unsigned int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return (unsigned int)(digit - '0');
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? (unsigned int)(digit - 'a') + 10 : 16;
}

/* Takes the four hexadecimal digits of \uXXXX. Returns whether they are such digits. */
static bool take_unit(struct copy *copy, unsigned int *unit)
{
	*unit = 0;
	if (copy->end - copy->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		unsigned int value = digit_value(*copy->at++);

		if (value > 15)
			return false;
		*unit = *unit << 4 | value;
	}
	return true;
}

/* Takes what follows \u: a code point above U+FFFF is two units, a surrogate pair. */
static bool take_code_point(struct copy *copy)
{
	unsigned int unit, low;

	if (!take_unit(copy, &unit) || (unit >= 0xdc00 && unit <= 0xdfff))
		return false;
	if (unit < 0xd800 || unit > 0xdbff)
		return add_character(copy, unit);
	if (copy->end - copy->at < 2 || copy->at[0] != '\\' || copy->at[1] != 'u')
		return false;
	copy->at += 2;
	if (!take_unit(copy, &low) || low < 0xdc00 || low > 0xdfff)
		return false;
	return add_character(copy, 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff)));
}

/* Takes what follows a backslash in JSON. Returns whether it is a valid escape. */
static bool take_escape(struct copy *copy)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (copy->at == copy->end)
		return false;
	if (*copy->at == 'u') {
		copy->at++;
		return take_code_point(copy);
	}
	found = *copy->at ? strchr(letters, *copy->at++) : NULL;
	return found && add(copy, meanings[found - letters]);
}

/*
 * Takes a byte of the cell, or an escape. That JSON has control characters only as escapes need not
 * be checked here: take_string() of table_lines.c has rejected others.
 */
static bool take(struct copy *copy, enum cell_spelling spelling)
{
	char byte = *copy->at++;

	if (byte == '"' && spelling == CELL_DOUBLE_QUOTES)
		return copy->at < copy->end && *copy->at++ == '"' && add(copy, byte);
	if (byte == '\\' && spelling == CELL_ESCAPES)
		return take_escape(copy);
	return byte != '"' && add(copy, byte);
}

bool cell_text__copy(char copy[SIFTR_TEXT_MAX + 1], const char *cell, size_t bytes,
		     enum cell_spelling spelling)
{
	struct copy made = {.text = copy, .at = cell, .end = cell + bytes};

	while (made.at < made.end)
		if (!take(&made, spelling))
			return false;
	copy[made.bytes] = '\0';
	return true;
}
