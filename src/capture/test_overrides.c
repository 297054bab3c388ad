// SPDX-License-Identifier: BSD-2-Clause
/* The only difference between a test build and any other. */
#include "capture/test_overrides.h"

#include <stdlib.h>
#include <string.h>

#ifdef SIFTR_TEST_BUILD

bool test_overrides__excludes(struct attach_way way)
{
	const char *force = getenv("SIFTR_BPF_FORCE");

	if (!force)
		return false;
	return (strcmp(force, "kprobe") == 0 && way.type != ATTACH_KPROBE) ||
	       (strcmp(force, "hash") == 0 && way.storage != SIFTR_FLOW_HASH);
}

unsigned int test_overrides__flows(void)
{
	const char *flows = getenv("SIFTR_BPF_FLOWS");

	return flows ? strtoul(flows, NULL, 10) : 0;
}

#else

bool test_overrides__excludes(struct attach_way way)
{
	(void)way;
	return false;
}

unsigned int test_overrides__flows(void)
{
	return 0;
}

#endif
