// SPDX-License-Identifier: BSD-2-Clause
/*
 * The digit tables. A constructor fills them before main() runs, so that the
 * inline functions of digits.h need no check for initialisation.
 */
#include "format/digits.h"

struct digits_group digits__groups[10001];
struct digits_octet digits__octets[256];

__attribute__((constructor)) static void fill_tables(void)
{
	for (unsigned int i = 0; i < 10000; i++) {
		struct digits_group *group = &digits__groups[i];

		group->text[0] = (char)('0' + i / 1000);
		group->text[1] = (char)('0' + i / 100 % 10);
		group->text[2] = (char)('0' + i / 10 % 10);
		group->text[3] = (char)('0' + i % 10);
		group->text[4] = ',';
		group->zeros = (i < 1000) + (i < 100) + (i < 10);
		group->length = 5 - group->zeros;
		group->digits = i == 0 ? 0 : 4 - group->zeros;
	}
	for (unsigned int i = 0; i < 256; i++) {
		struct digits_octet *octet = &digits__octets[i];

		octet->length = 5 - digits__groups[i].zeros;
		memcpy(octet->text, digits__groups[i].text + digits__groups[i].zeros, 4);
		octet->text[octet->length - 1] = '.';
	}
}

char *digits__long_column(char *out, __u32 value)
{
	return digits__hash_column(out, value);
}
