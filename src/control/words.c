// SPDX-License-Identifier: BSD-2-Clause
#include "control/words.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			return true;
	return false;
}

/*
 * Moves the text of a quoted word, which begins at `from`, to `to`, without quotes and backslashes.
 * Returns what follows the closing quote, or NULL if there is none.
 */
static char *unquote(char *from, char *to)
{
	for (; *from && *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		*to++ = *from;
	}
	if (!*from)
		return NULL;
	*to = '\0';
	return from + 1;
}

/* Ends the word at `line`. Returns what follows it, or NULL if it is no word. */
static char *end_word(char *line)
{
	char *end = line + strcspn(line, " \t\"");

	if (*end == '"')
		return NULL;
	if (*end)
		*end++ = '\0';
	return end;
}

int words__split(char *line, struct words *words)
{
	words->count = 0;
	if (has_control(line))
		return -EINVAL;
	for (;;) {
		bool quoted;

		line += strspn(line, " \t");
		if (!*line)
			return 0;
		if (words->count == WORDS_MAX)
			return -E2BIG;
		quoted = *line == '"';
		words->of[words->count++] = line;
		line = quoted ? unquote(line + 1, line) : end_word(line);
		if (!line || (quoted && *line && !is_blank(*line)))
			return -EINVAL;
	}
}

int words__quote(const char *word, char *out, size_t bytes)
{
	bool quoted = !*word || strpbrk(word, " \t\"");
	size_t used = 0;

	if (has_control(word))
		return -EINVAL;
	/* The most a character needs: a backslash before it, then the closing quote and the NUL. */
	for (const char *at = word; *at; at++) {
		if (used + 5 > bytes)
			return -E2BIG;
		if (quoted && at == word)
			out[used++] = '"';
		if (quoted && (*at == '"' || *at == '\\'))
			out[used++] = '\\';
		out[used++] = *at;
	}
	if (used + 3 > bytes)
		return -E2BIG;
	if (quoted && !*word)
		out[used++] = '"';
	if (quoted)
		out[used++] = '"';
	out[used] = '\0';
	return (int)used;
}
