/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A drain over three fake rings, with which each test of the drain starts: the test adds records to
 * the rings and reads back what the drain makes of them.
 */
#ifndef SIFTR_TESTS_DRAIN_FIXTURE_H
#define SIFTR_TESTS_DRAIN_FIXTURE_H

#include "ring_fake.h"

#define RINGS	   3
#define RING_BYTES 4096

struct drain_fixture {
	struct ring_fake rings[RINGS];
	struct drain *drain;
};

/*
 * Set-up functions that make a fixture with BPF ring buffers, or with mapped rings; *state is the
 * fixture.
 */
int drain_fixture__set_up_kernel(void **state);
int drain_fixture__set_up_mapped(void **state);
int drain_fixture__tear_down(void **state);

/* For cmocka: a test with rings of one kind, and two tests, the same with each kind. */
#define DRAIN_TEST(test, kind)                                                                  \
	{                                                                                       \
#test ", " #kind, test, drain_fixture__set_up_##kind, drain_fixture__tear_down, \
			NULL                                                                    \
	}
#define DRAIN_TESTS(test) DRAIN_TEST(test, kernel), DRAIN_TEST(test, mapped)

/* Returns the next record of the pass that drain__begin() began; NULL at the end of the pass. */
const struct siftr_record *drain_fixture__next(struct drain_fixture *fixture);

#endif
