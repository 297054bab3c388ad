// SPDX-License-Identifier: BSD-2-Clause
#include "report/text_buffer.h"

#include <stdlib.h>

#include "report/text.h"

void text_buffer__flush(struct text_buffer *buffer)
{
	fwrite(buffer->bytes, 1, buffer->used, buffer->stream);
	buffer->used = 0;
}

void text_buffer__add_slowly(struct text_buffer *buffer, const char *text, size_t length)
{
	text_buffer__flush(buffer);
	if (length > TEXT_BUFFER_BYTES)
		fwrite(text, 1, length, buffer->stream);
	else
		text_buffer__add_bytes(buffer, text, length);
}

void text_buffer__add_printable(struct text_buffer *buffer, const char *text)
{
	size_t length = text__printable(text);

	if (!text[length]) {
		text_buffer__add_bytes(buffer, text, length);
		return;
	}
	text_buffer__flush(buffer);
	text__print(buffer->stream, text);
}

void text_buffer__add_blanks(struct text_buffer *buffer, size_t count)
{
	static const char blanks[] = "                                ";
	const size_t most = sizeof(blanks) - 1;

	for (; count > most; count -= most)
		text_buffer__add_bytes(buffer, blanks, most);
	text_buffer__add_bytes(buffer, blanks, count);
}

void text_buffer__add_aligned(struct text_buffer *buffer, const char *text, int width)
{
	size_t length = strlen(text), wanted = (size_t)abs(width);
	size_t blanks = wanted > length ? wanted - length : 0;

	if (width > 0)
		text_buffer__add_blanks(buffer, blanks);
	text_buffer__add_bytes(buffer, text, length);
	if (width < 0)
		text_buffer__add_blanks(buffer, blanks);
}
