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

/* For cmocka_unit_test_setup_teardown(); *state is the fixture. */
int drain_fixture__set_up(void **state);
int drain_fixture__tear_down(void **state);

/* The next record of a pass; NULL at its end. */
const struct siftr_record *drain_fixture__next(struct drain_fixture *fixture);

#endif
