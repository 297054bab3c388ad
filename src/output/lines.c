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

char lines__direction(const char *text, size_t bytes)
{
	static const char json[] = "\"direction\":\"";
	const char *comma = bytes >= 2 ? memchr(text, ',', bytes) : NULL, *end = text + bytes;

	/* A line of tcp_probe begins with the time, has no comma and is of a received packet. */
	if (bytes && !comma && text[0] >= '0' && text[0] <= '9')
		return 'i';
	/* The direction is the first column, or in CSV, JSON and siftr2 lines the second. */
	if (comma && comma - text > 1)
		text = comma + 1;
	if (comma && (size_t)(end - text) > sizeof(json) && !memcmp(text, json, sizeof(json) - 1))
		return text[sizeof(json) - 1];
	return comma && end - text >= 2 && (text[0] == 'i' || text[0] == 'o') && text[1] == ','
		       ? text[0]
		       : 0;
}

void lines__count(char direction, __u64 counts[SIFTR_DIRECTIONS])
{
	if (direction)
		counts[direction == 'i' ? SIFTR_IN : SIFTR_OUT]++;
}

size_t lines__drop_data(char *text, size_t bytes, __u64 dropped[SIFTR_DIRECTIONS],
			const struct lines_observer *observer)
{
	size_t kept = 0;

	for (size_t at = 0, length; at < bytes; at += length) {
		char direction;

		length = lines__first(text + at, bytes - at);
		direction = lines__direction(text + at, length);
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
