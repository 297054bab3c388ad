// SPDX-License-Identifier: BSD-2-Clause
#include "commands/doctor_finding.h"

#include <stdarg.h>
#include <stdio.h>

static int nr_failed;

void doctor_finding__print(enum finding_status status, const char *what, const char *text, ...)
{
	static const char *const words[] = {
		[FINDING_OK] = "ok",
		[FINDING_FAIL] = "FAIL",
		[FINDING_NOTE] = "-",
	};
	va_list args;

	nr_failed += status == FINDING_FAIL;
	printf("%-5s %-32s ", words[status], what);
	va_start(args, text);
	vprintf(text, args);
	va_end(args);
	putchar('\n');
}

int doctor_finding__failures(void)
{
	return nr_failed;
}
