// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kernel's release as the number a log's header carries. Readers keep seven
 * characters of it, so parts and sum are capped; a major version above 9 shows as
 * 9999999.
 */
#include "format/format.h"

#include <stdbool.h>

#define PART_MAX   999U
#define SYSVER_MAX 9999999U

/* Reads one number of a release and moves *text past it. */
static __u32 part(const char **text)
{
	__u32 value = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		if (value <= PART_MAX)
			value = value * 10 + (__u32)(**text - '0');
	return value > PART_MAX ? PART_MAX : value;
}

static bool next_part(const char **text)
{
	if ((*text)[0] != '.' || (*text)[1] < '0' || (*text)[1] > '9')
		return false;
	(*text)++;
	return true;
}

__u32 format__sysver(const char *release)
{
	__u32 major, minor, patch = 0;
	__u32 sysver;

	if (*release < '0' || *release > '9')
		return 0;
	major = part(&release);
	if (!next_part(&release))
		return 0;
	minor = part(&release);
	if (next_part(&release))
		patch = part(&release);
	sysver = major * 1000000 + minor * 1000 + patch;
	return sysver > SYSVER_MAX ? SYSVER_MAX : sysver;
}
