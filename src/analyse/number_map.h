/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps the flow numbers of rows to what is kept of their flows. Numbers of a log are small and
 * index an array; those of a run while it is traced may be any and are hashed, for a bounded number
 * of flows.
 */
#ifndef SIFTR_ANALYSE_NUMBER_MAP_H
#define SIFTR_ANALYSE_NUMBER_MAP_H

#include <stddef.h>
#include <linux/types.h>

#include "hash/probe.h"

struct mapped_number {
	__u32 number, value;
};

/* Zeros are an empty map of small numbers. */
struct number_map {
	__u32 *values; /* by number; 0: none */
	size_t nr_values;
	struct seed seed;
	struct mapped_number *slots; /* NULL: the numbers are small */
	size_t nr_slots;
};

/* Makes an empty map of any numbers, of at most `numbers_max`. 0 or -ENOMEM. */
int number_map__open_hashed(struct number_map *map, size_t numbers_max);
void number_map__close(struct number_map *map);

/* Forgets all numbers. */
void number_map__clear(struct number_map *map);

/* Sets the value of a number, not 0. 0 or -ENOMEM. */
int number_map__set(struct number_map *map, __u32 number, __u32 value);

/* The slot of the number, or the empty one where it belongs. */
static inline struct mapped_number *number_map__slot(const struct number_map *map, __u32 number)
{
	size_t slot = probe__start(&map->seed, number, map->nr_slots);

	while (map->slots[slot].value && map->slots[slot].number != number)
		slot = probe__next(slot, map->nr_slots);
	return &map->slots[slot];
}

/* The value of a number; 0: there is none. */
static inline __u32 number_map__at(const struct number_map *map, __u32 number)
{
	if (map->slots)
		return number_map__slot(map, number)->value;
	return number < map->nr_values ? map->values[number] : 0;
}

#endif
