// SPDX-License-Identifier: BSD-2-Clause
/* A test build reads the environment here; any other build has functions without effect. */
#include "capture/test_overrides.h"

#include <stdlib.h>

#ifdef SIFTR_TEST_BUILD

const char *test_overrides__way(void)
{
	const char *way = getenv("SIFTR_BPF_FORCE");

	return way ? way : "";
}

unsigned int test_overrides__flows(void)
{
	const char *flows = getenv("SIFTR_BPF_FLOWS");

	return flows ? strtoul(flows, NULL, 10) : 0;
}

bool test_overrides__is_reversed(void)
{
	return getenv("SIFTR_BPF_REVERSED");
}

bool test_overrides__is_unfinished(void)
{
	return getenv("SIFTR_BPF_UNFINISHED");
}

bool test_overrides__is_reinforced(void)
{
	return getenv("SIFTR_BPF_REINFORCED");
}

#else

const char *test_overrides__way(void)
{
	return "";
}

unsigned int test_overrides__flows(void)
{
	return 0;
}

bool test_overrides__is_reversed(void)
{
	return false;
}

bool test_overrides__is_unfinished(void)
{
	return false;
}

bool test_overrides__is_reinforced(void)
{
	return false;
}

#endif
