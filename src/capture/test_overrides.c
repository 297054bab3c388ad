// SPDX-License-Identifier: BSD-2-Clause
/* Everything that a test build differs in. */
#include "capture/test_overrides.h"

#include <stdlib.h>
#include <string.h>

#ifdef SIFTR_TEST_BUILD

int test_overrides__bars(enum programs_way way, enum siftr_flow_storage storage)
{
	const char *force = getenv("SIFTR_BPF_FORCE");

	if (!force)
		return 0;
	return (strcmp(force, "kprobe") == 0 && way != PROGRAMS_KPROBE) ||
	       (strcmp(force, "hash") == 0 && storage != SIFTR_FLOW_HASH);
}

unsigned int test_overrides__flows(void)
{
	const char *flows = getenv("SIFTR_BPF_FLOWS");

	return flows ? strtoul(flows, NULL, 10) : 0;
}

#else

int test_overrides__bars(enum programs_way way, enum siftr_flow_storage storage)
{
	(void)way;
	(void)storage;
	return 0;
}

unsigned int test_overrides__flows(void)
{
	return 0;
}

#endif
