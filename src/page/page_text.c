// SPDX-License-Identifier: BSD-2-Clause
#include "page/page_text.h"

#include <string.h>

#include "report/text.h"

/* Characters that pass to the stream at once, four for each three bytes. */
#define BASE64_BYTES 4096

/* How many characters the text begins with that stand for themselves in a string; all are ASCII. */
static size_t plain_length(const char *text)
{
	size_t length = 0;

	while (text[length] >= ' ' && text[length] < 0x7f && !strchr("\"\\<>&", text[length]))
		length++;
	return length;
}

void page_text__json(FILE *stream, const char *text)
{
	fputc('"', stream);
	while (*text) {
		size_t plain = plain_length(text), bytes = text__character(text);

		if (plain) {
			fwrite(text, 1, plain, stream);
			text += plain;
			continue;
		}
		if (*text == '\n')
			fputs("\\n", stream);
		else if (!bytes)
			fputs("\\ufffd", stream);
		else if (bytes == 1 && strchr("\"\\<>&", *text))
			fprintf(stream, "\\u%04x", (unsigned char)*text);
		else
			fwrite(text, 1, bytes, stream);
		text += bytes ? bytes : 1;
	}
	fputc('"', stream);
}

void page_text__base64(FILE *stream, const void *data, size_t bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = data;
	char text[BASE64_BYTES], *out = text;

	for (; bytes >= 3; bytes -= 3, in += 3) {
		if (out == text + sizeof(text)) {
			fwrite(text, 1, sizeof(text), stream);
			out = text;
		}
		*out++ = digits[in[0] >> 2];
		*out++ = digits[(in[0] & 3) << 4 | in[1] >> 4];
		*out++ = digits[(in[1] & 15) << 2 | in[2] >> 6];
		*out++ = digits[in[2] & 63];
	}
	/* cppcheck-suppress uninitvar ; what is before `out` was written */
	fwrite(text, 1, (size_t)(out - text), stream);
	if (!bytes)
		return;
	text[0] = digits[in[0] >> 2];
	text[1] = digits[(in[0] & 3) << 4 | (bytes == 2 ? in[1] >> 4 : 0)];
	text[2] = bytes == 2 ? digits[(in[1] & 15) << 2] : '=';
	text[3] = '=';
	fwrite(text, 1, 4, stream);
}
