/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pseudo-random generator (xorshift64) that yields the same numbers in every run, so that a test
 * that fails with them fails again.
 */
#ifndef SIFTR_TESTS_RANDOM_NUMBERS_H
#define SIFTR_TESTS_RANDOM_NUMBERS_H

#include <stddef.h>
#include <linux/types.h>

/*
 * Starts the sequence of `seed`, which is not 0. Without a call every program has the same
 * sequence.
 */
void random_seed(__u64 seed);

__u64 random_u64(void);

/*
 * How many random cases to try where `count` are wanted: fewer, but at least one, when the
 * environment has SIFTR_TEST_ROUNDS_DIVISOR. Valgrind needs fifty times as long for each, and what
 * it looks for shows in the first few hundred.
 */
int random_rounds(int count);

/*
 * The step in which to go through `count` cases that differ little: 1, so that each is tried; where
 * the environment has SIFTR_TEST_ROUNDS_DIVISOR as wide as leaves at least `least` of them.
 */
size_t case_step(size_t count, size_t least);

#endif
