// SPDX-License-Identifier: BSD-2-Clause
/*
 * Users are looked up in /etc/passwd and not by getpwnam(), which would load libraries into a
 * program that traces as root, and which a static program does not have.
 */
#include "filter/filter_sockets.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/filter.h>

#include "filter/known_names.h"

#define LINE_BYTES 4096 /* of /etc/passwd */

/* Parses a number of 32 bits; `end` is set behind it. False if there is none. */
static bool parse_u32(const char *text, __u32 *number, const char **end)
{
	bool is_hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = is_hexadecimal ? text + 2 : text;
	unsigned long long value;
	char *stop;

	if (is_hexadecimal ? !isxdigit((unsigned char)*digits) : !isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	value = strtoull(digits, &stop, is_hexadecimal ? 16 : 10);
	*number = value;
	*end = stop;
	return !errno && value == *number;
}

static void set_number(__u32 value, __u32 mask, struct siftr_rule *rule)
{
	rule->value[0] = value & mask;
	rule->mask[0] = SIFTR_NOT_KNOWN | mask;
}

static int find_user(const char *name, __u32 *uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd entry = {}, *user = NULL;
	char text[LINE_BYTES];

	if (!file)
		return -errno;
	while (!fgetpwent_r(file, &entry, text, sizeof(text), &user))
		if (!strcmp(user->pw_name, name))
			break;
	if (user)
		*uid = user->pw_uid;
	fclose(file);
	return user ? 0 : -ENOENT;
}

int filter_sockets__parse_uid(const char *text, struct siftr_rule *rule)
{
	const char *end;
	__u32 uid = 0;
	int err = 0;

	if (!*text)
		return -EINVAL;
	if (!isdigit((unsigned char)*text))
		err = find_user(text, &uid);
	else if (!parse_u32(text, &uid, &end) || *end)
		return -EINVAL;
	if (!err)
		set_number(uid, ~0U, rule);
	return err;
}

int filter_sockets__parse_mark(const char *text, struct siftr_rule *rule)
{
	__u32 value, mask = ~0U;
	const char *end;

	if (!parse_u32(text, &value, &end))
		return -EINVAL;
	if (*end == '/' && !parse_u32(end + 1, &mask, &end))
		return -EINVAL;
	if (*end)
		return -EINVAL;
	set_number(value, mask, rule);
	return 0;
}

/*
 * Sets the rule to a name that is_known() knows. The kernel's fields for names have 16 bytes, the
 * last of which is zero.
 */
static int parse_name(const char *text, bool (*is_known)(const char *), struct siftr_rule *rule)
{
	size_t bytes = strlen(text);

	if (!bytes || bytes >= sizeof(rule->value) || strpbrk(text, "/ \t"))
		return -EINVAL;
	if (!is_known(text))
		return -ENOENT;
	memset(rule->value, 0, sizeof(rule->value));
	memcpy(rule->value, text, bytes);
	rule->mask[0] = rule->mask[1] = ~0ULL;
	return 0;
}

int filter_sockets__parse_cc(const char *text, struct siftr_rule *rule)
{
	return parse_name(text, known_names__has_cc, rule);
}

int filter_sockets__parse_iface(const char *text, struct siftr_rule *rule)
{
	return parse_name(text, known_names__has_iface, rule);
}
