// SPDX-License-Identifier: BSD-2-Clause
#include "report/text_width.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "report/text.h"

/* "\xHH" */
#define ESCAPE_WIDTH 4

/* The program itself stays in the locale C, where characters beyond ASCII have no width. */
static struct {
	bool loaded;
	locale_t locale; /* 0: this host has none */
} widths;

void text_width__load(void)
{
	if (!widths.loaded)
		widths.locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	widths.loaded = true;
}

/* The columns of a character of so many bytes; of one that is not assigned, 1. */
static int character_width(const char *text, size_t bytes)
{
	mbstate_t state = {};
	wchar_t character;
	locale_t before;
	int width = -1;

	text_width__load();
	if (!widths.locale)
		return 1;
	before = uselocale(widths.locale);
	if (mbrtowc(&character, text, bytes, &state) == bytes)
		width = wcwidth(character);
	uselocale(before);
	return width < 0 ? 1 : width;
}

int text_width__of(const char *text, size_t bytes)
{
	const char *end = text + bytes;
	int width = 0;

	while (text < end) {
		size_t character = text__character(text);

		if (character > 1)
			width += character_width(text, character);
		else
			width += character ? 1 : ESCAPE_WIDTH;
		text += character ? character : 1;
	}
	return width;
}

int text_width__columns(const char *text)
{
	return text_width__of(text, strlen(text));
}
