/* SPDX-License-Identifier: BSD-2-Clause */
/* Some rings and a drain over them: what the tests of the drain begin with. */
#ifndef SIFTR_TESTS_DRAIN_BENCH_H
#define SIFTR_TESTS_DRAIN_BENCH_H

#include <stdlib.h>

#include "ring_fake.h"

#define RINGS	   3
#define RING_BYTES 4096

struct bench {
	struct ring_fake rings[RINGS];
	struct drain *drain;
};

static inline int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct ring_memory memory[RINGS];

	for (int i = 0; i < RINGS; i++)
		memory[i] = ring_fake_open(&bench->rings[i], RING_BYTES);
	bench->drain = drain__new(memory, RINGS);
	*state = bench;
	return bench->drain ? 0 : -1;
}

static inline int tear_down(void **state)
{
	struct bench *bench = *state;

	drain__free(bench->drain);
	for (int i = 0; i < RINGS; i++)
		ring_fake_close(&bench->rings[i]);
	free(bench);
	return 0;
}

/* The next record of a pass, NULL at its end. */
static inline const struct siftr_record *next_record(struct drain *drain)
{
	const struct siftr_record *record;

	return drain__next(drain, &record, 1) ? record : NULL;
}

#endif
