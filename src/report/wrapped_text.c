// SPDX-License-Identifier: BSD-2-Clause
#include "report/wrapped_text.h"

#include <string.h>

#include "report/text.h"
#include "report/text_width.h"

size_t wrapped_text__line(const char *text, int width)
{
	size_t bytes = strcspn(text, " ");
	int used = text_width__of(text, bytes);

	while (text[bytes]) {
		size_t word = strcspn(text + bytes + 1, " ");

		used += 1 + text_width__of(text + bytes + 1, word);
		if (used > width)
			break;
		bytes += 1 + word;
	}
	return bytes;
}

void wrapped_text__print(FILE *stream, const char *text, int printed, int indent, int width)
{
	size_t bytes = width ? wrapped_text__line(text, width - printed) : strlen(text);

	text__print_bytes(stream, text, bytes);
	while (text[bytes]) {
		text += bytes + 1;
		bytes = wrapped_text__line(text, width - indent);
		fprintf(stream, "\n%*s", indent, "");
		text__print_bytes(stream, text, bytes);
	}
	fputc('\n', stream);
}
