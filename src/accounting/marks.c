// SPDX-License-Identifier: BSD-2-Clause
#include "accounting/marks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format/quoted_text.h"
#include "report/text.h"

const char *marks__refusal(const char *text)
{
	size_t bytes = 0, character;

	if (!*text)
		return "is empty";
	while ((character = text__character(text + bytes)))
		bytes += character;
	if (text[bytes])
		return "has a control character or is not UTF-8";
	return bytes > MARK_BYTES_MAX ? "is longer than 256 bytes" : NULL;
}

int marks__add(struct marks *marks, struct siftr_time time, const char *text)
{
	struct mark *grown;

	if (marks->count == MARKS_MAX)
		return -ENOSPC;
	grown = realloc(marks->of, (marks->count + 1) * sizeof(*marks->of));
	if (!grown)
		return -ENOMEM;
	marks->of = grown;
	marks->of[marks->count].time = time;
	memcpy(marks->of[marks->count++].text, text, strlen(text) + 1);
	return 0;
}

static void write_time(struct siftr_time time, FILE *stream)
{
	fprintf(stream, "%llu.%06u", time.seconds, time.microseconds);
}

void marks__print(const struct marks *marks, FILE *stream)
{
	for (size_t i = 0; marks && i < marks->count; i++) {
		fputs("  mark ", stream);
		write_time(marks->of[i].time, stream);
		fprintf(stream, " %s\n", marks->of[i].text);
	}
}

/* A mark has no control characters, so that each of its bytes becomes two at most. */
static void write_string(const char *text, FILE *stream)
{
	char quoted[2 * MARK_BYTES_MAX + 2], *end = quoted_text__json(quoted, text);

	fwrite(quoted, 1, (size_t)(end - quoted), stream);
}

void marks__write_json(const struct marks *marks, FILE *stream)
{
	fputc('[', stream);
	for (size_t i = 0; marks && i < marks->count; i++) {
		fprintf(stream, "%s{\"time\": \"", i ? ", " : "");
		write_time(marks->of[i].time, stream);
		fputs("\", \"text\": ", stream);
		write_string(marks->of[i].text, stream);
		fputc('}', stream);
	}
	fputc(']', stream);
}

void marks__free(struct marks *marks)
{
	free(marks->of);
	*marks = (struct marks){};
}
