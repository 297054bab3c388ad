// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/number_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INITIAL_VALUES 1024

int number_map__open_hashed(struct number_map *map, size_t numbers_max)
{
	*map = (struct number_map){.seed = seed__of_process(), .nr_slots = 2};
	while (map->nr_slots < 4 * numbers_max)
		map->nr_slots *= 2;
	map->slots = calloc(map->nr_slots, sizeof(*map->slots));
	return map->slots ? 0 : -ENOMEM;
}

void number_map__close(struct number_map *map)
{
	free(map->values);
	free(map->slots);
}

void number_map__clear(struct number_map *map)
{
	if (map->slots)
		memset(map->slots, 0, map->nr_slots * sizeof(*map->slots));
	if (map->values)
		memset(map->values, 0, map->nr_values * sizeof(*map->values));
}

/* Makes room for a small number. 0 or -ENOMEM. */
static int make_room(struct number_map *map, __u32 number)
{
	size_t wanted = map->nr_values ? map->nr_values : INITIAL_VALUES;
	__u32 *values;

	if (number < map->nr_values)
		return 0;
	while (wanted <= number)
		wanted *= 2;
	values = realloc(map->values, wanted * sizeof(*values));
	if (!values)
		return -ENOMEM;
	memset(values + map->nr_values, 0, (wanted - map->nr_values) * sizeof(*values));
	map->values = values;
	map->nr_values = wanted;
	return 0;
}

int number_map__set(struct number_map *map, __u32 number, __u32 value)
{
	int err;

	if (map->slots) {
		*number_map__slot(map, number) = (struct mapped_number){number, value};
		return 0;
	}
	err = make_room(map, number);
	if (!err)
		map->values[number] = value;
	return err;
}
