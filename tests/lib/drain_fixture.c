// SPDX-License-Identifier: BSD-2-Clause
#include "drain_fixture.h"

#include <stdlib.h>

static int set_up(void **state, enum ring_fake_kind kind)
{
	struct drain_fixture *fixture = calloc(1, sizeof(*fixture));
	struct ring_memory memory[RINGS];

	for (int i = 0; i < RINGS; i++)
		memory[i] = ring_fake__open(&fixture->rings[i], kind, RING_BYTES);
	fixture->drain = drain__new(memory, RINGS);
	*state = fixture;
	return fixture->drain ? 0 : -1;
}

int drain_fixture__set_up_kernel(void **state)
{
	return set_up(state, RING_FAKE_KERNEL);
}

int drain_fixture__set_up_mapped(void **state)
{
	return set_up(state, RING_FAKE_MAPPED);
}

int drain_fixture__tear_down(void **state)
{
	struct drain_fixture *fixture = *state;

	drain__free(fixture->drain);
	for (int i = 0; i < RINGS; i++)
		ring_fake__close(&fixture->rings[i]);
	free(fixture);
	return 0;
}

const struct siftr_record *drain_fixture__next(struct drain_fixture *fixture)
{
	const struct siftr_record *record;

	return drain__next(fixture->drain, &record, 1) ? record : NULL;
}
