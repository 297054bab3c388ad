// SPDX-License-Identifier: BSD-2-Clause
#include "output/lines.h"

#include <string.h>

size_t lines__complete(const char *text, size_t bytes)
{
	const char *end = bytes ? memrchr(text, '\n', bytes) : NULL;

	return end ? (size_t)(end + 1 - text) : 0;
}

size_t lines__first(const char *text, size_t bytes)
{
	const char *end = bytes ? memchr(text, '\n', bytes) : NULL;

	return end ? (size_t)(end + 1 - text) : bytes;
}

char lines__direction(const struct format *format, const char *text, size_t bytes)
{
	const char *after = format->direction_after, *end = text + bytes;

	if (format->inbound_only)
		return bytes && *text != '\n' ? 'i' : 0;
	if (after) {
		const char *comma = bytes ? memchr(text, ',', bytes) : NULL;

		if (!comma || (size_t)(end - comma) < strlen(after) ||
		    memcmp(comma, after, strlen(after)) != 0)
			return 0;
		text = comma + strlen(after);
	}
	if (end - text < 2 || (text[0] != 'i' && text[0] != 'o'))
		return 0;
	return text[1] == ',' || text[1] == '"' ? text[0] : 0;
}

void lines__count(char direction, __u64 counts[SIFTR_DIRECTIONS])
{
	if (direction)
		counts[direction == 'i' ? SIFTR_IN : SIFTR_OUT]++;
}

size_t lines__drop_data(const struct format *format, char *text, size_t bytes,
			__u64 dropped[SIFTR_DIRECTIONS], const struct lines_observer *observer)
{
	size_t kept = 0;

	for (size_t at = 0, length; at < bytes; at += length) {
		char direction;

		length = lines__first(text + at, bytes - at);
		direction = lines__direction(format, text + at, length);
		if (direction && text[at + length - 1] == '\n') {
			lines__count(direction, dropped);
			if (observer->lost)
				observer->lost(observer->context, text + at, length);
			continue;
		}
		memmove(text + kept, text + at, length);
		kept += length;
	}
	return kept;
}
