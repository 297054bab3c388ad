// SPDX-License-Identifier: BSD-2-Clause
#include "recorder/duration.h"

#include <string.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#define DIGITS_MAX    10
#define NSEC_PER_HOUR (3600 * NSEC_PER_SEC)

static const struct {
	const char *name;
	__u64 ns;
} units[] = {
	{"us", NSEC_PER_USEC},	  {"ms", NSEC_PER_MSEC}, {"s", NSEC_PER_SEC},
	{"m", 60 * NSEC_PER_SEC}, {"h", NSEC_PER_HOUR},
};

size_t duration__digits(const char *text, size_t bytes, __u64 *number)
{
	size_t digits = 0;

	*number = 0;
	while (digits < bytes && text[digits] >= '0' && text[digits] <= '9') {
		if (digits == DIGITS_MAX)
			return 0;
		*number = *number * 10 + (__u64)(text[digits++] - '0');
	}
	return digits;
}

bool duration__parse(const char *text, size_t bytes, __u64 *ns)
{
	__u64 number;
	size_t digits = duration__digits(text, bytes, &number);

	if (!digits || !number)
		return false;
	text += digits;
	bytes -= digits;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strlen(units[i].name) != bytes || memcmp(units[i].name, text, bytes) != 0)
			continue;
		if (number > DURATION_MAX_HOURS * NSEC_PER_HOUR / units[i].ns)
			return false;
		*ns = number * units[i].ns;
		return true;
	}
	return false;
}
