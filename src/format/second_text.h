/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of the beginning of a line, direction and second: thousands of lines begin with the same
 * "o,1700000000.".
 */
#ifndef SIFTR_FORMAT_SECOND_TEXT_H
#define SIFTR_FORMAT_SECOND_TEXT_H

#include <string.h>
#include <siftr/record.h>

/*
 * Bytes of the text: a letter, a comma, up to 20 digits and a
 * dot. A copy always copies them all.
 */
#define SECOND_TEXT_ROOM 24

struct second_text {
	__u64 seconds;
	__u64 length;
	char text[SIFTR_DIRECTIONS][SECOND_TEXT_ROOM];
};

/* Makes the texts of a second, for both directions. */
void second_text__write(struct second_text *second, __u64 seconds);

static inline char *second_text__copy(char *out, struct second_text *second, __u8 direction,
				      __u64 seconds)
{
	size_t length;

	if (__builtin_expect(second->seconds != seconds, 0))
		second_text__write(second, seconds);
	length = second->length;
	memcpy(out, second->text[direction != SIFTR_IN], SECOND_TEXT_ROOM);
	return out + length;
}

/* Copies the second without the direction: "1700000000.". Returns the end of the text. */
static inline char *second_text__copy_time(char *out, struct second_text *second, __u64 seconds)
{
	if (__builtin_expect(second->seconds != seconds, 0))
		second_text__write(second, seconds);
	memcpy(out, second->text[SIFTR_IN] + 2, SECOND_TEXT_ROOM - 2);
	return out + second->length - 2;
}

#endif
