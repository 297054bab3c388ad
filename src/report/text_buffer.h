/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text on its way to a stream, put together in memory: for commands that print hundreds of
 * thousands of short parts, for each of which a function of stdio takes longer than the part.
 */
#ifndef SIFTR_REPORT_TEXT_BUFFER_H
#define SIFTR_REPORT_TEXT_BUFFER_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BUFFER_BYTES 65536

/* Empty with nothing but its stream. */
struct text_buffer {
	FILE *stream;
	size_t used;
	char bytes[TEXT_BUFFER_BYTES];
};

/* Passes to the stream what is there: at the end, and before anything else is printed to it. */
void text_buffer__flush(struct text_buffer *buffer);
/* Adds bytes for which there is no room left. */
void text_buffer__add_slowly(struct text_buffer *buffer, const char *text, size_t length);

static inline void text_buffer__add_bytes(struct text_buffer *buffer, const char *text,
					  size_t length)
{
	if (length > TEXT_BUFFER_BYTES - buffer->used) {
		text_buffer__add_slowly(buffer, text, length);
		return;
	}
	memcpy(buffer->bytes + buffer->used, text, length);
	buffer->used += length;
}

static inline void text_buffer__add(struct text_buffer *buffer, const char *text)
{
	text_buffer__add_bytes(buffer, text, strlen(text));
}

void text_buffer__add_blanks(struct text_buffer *buffer, size_t count);

/* Adds what text__print() prints. */
void text_buffer__add_printable(struct text_buffer *buffer, const char *text);

/*
 * Adds the text in a field of that width, as "%*s" does: of a width below 0 the blanks come after
 * the text.
 */
void text_buffer__add_aligned(struct text_buffer *buffer, const char *text, int width);

#endif
