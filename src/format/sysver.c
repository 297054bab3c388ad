// SPDX-License-Identifier: BSD-2-Clause
/*
 * Programs that read logs keep seven characters of the version number, so each part and the number
 * itself are capped. A major version above 9 becomes 9999999.
 */
#include "format/sysver.h"

#include <stdbool.h>

#define PART_MAX   999U
#define SYSVER_MAX 9999999U

/* Parses the number at *text and advances *text past it. */
static __u32 parse_part(const char **text)
{
	__u32 value = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		if (value <= PART_MAX)
			value = value * 10 + (__u32)(**text - '0');
	return value > PART_MAX ? PART_MAX : value;
}

/* Advances *text past a dot if a number follows the dot; else returns false. */
static bool skip_dot(const char **text)
{
	if ((*text)[0] != '.' || (*text)[1] < '0' || (*text)[1] > '9')
		return false;
	(*text)++;
	return true;
}

__u32 sysver__parse(const char *release)
{
	__u32 major, minor, patch = 0;
	__u32 sysver;

	if (*release < '0' || *release > '9')
		return 0;
	major = parse_part(&release);
	if (!skip_dot(&release))
		return 0;
	minor = parse_part(&release);
	if (skip_dot(&release))
		patch = parse_part(&release);
	sysver = major * 1000000 + minor * 1000 + patch;
	return sysver > SYSVER_MAX ? SYSVER_MAX : sysver;
}
