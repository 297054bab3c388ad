// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/quantiles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Ranges of each power of two: 32. Numbers below 64 are ranges of their own. */
#define RANGE_BITS 5
#define EXACT	   (2U << RANGE_BITS)

/* The number of the range that a number lies in. */
static __u32 range_of(__u32 number)
{
	unsigned int shift;

	if (number < EXACT)
		return number;
	shift = 31 - (unsigned int)__builtin_clz(number) - RANGE_BITS;
	return (shift << RANGE_BITS) + (number >> shift);
}

static __u32 middle_of(__u32 range)
{
	unsigned int shift;

	if (range < EXACT)
		return range;
	shift = (range >> RANGE_BITS) - 1;
	return ((range - (shift << RANGE_BITS)) << shift) + (1U << shift) / 2;
}

/* The place of the range in the array, or the one where it belongs. */
static __u32 place_of(const struct quantiles *quantiles, __u32 range)
{
	__u32 low = 0, high = quantiles->used;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (quantiles->ranges[middle].number < range)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int insert(struct quantiles *quantiles, __u32 place, __u32 range)
{
	if (quantiles->used == quantiles->room) {
		__u32 room = quantiles->room ? 2 * quantiles->room : 4;
		struct quantile_range *larger = realloc(quantiles->ranges, room * sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		quantiles->ranges = larger;
		quantiles->room = room;
	}
	memmove(&quantiles->ranges[place + 1], &quantiles->ranges[place],
		(quantiles->used - place) * sizeof(*quantiles->ranges));
	quantiles->ranges[place] = (struct quantile_range){.number = range};
	quantiles->used++;
	return 0;
}

/* Makes `range` the one that was counted last. 0 or -ENOMEM. */
static int find(struct quantiles *quantiles, __u32 range)
{
	__u32 place = quantiles->last;

	if (place < quantiles->used && quantiles->ranges[place].number == range)
		return 0;
	place = quantiles->last = place_of(quantiles, range);
	if (place < quantiles->used && quantiles->ranges[place].number == range)
		return 0;
	return insert(quantiles, place, range);
}

int quantiles__add(struct quantiles *quantiles, __u32 number)
{
	int err = find(quantiles, range_of(number));

	if (err)
		return err;
	quantiles->ranges[quantiles->last].count++;
	if (!quantiles->count || number < quantiles->least)
		quantiles->least = number;
	if (number > quantiles->greatest)
		quantiles->greatest = number;
	quantiles->count++;
	quantiles->sum += number;
	return 0;
}

int quantiles__add_all(struct quantiles *quantiles, const struct quantiles *other)
{
	for (__u32 i = 0; i < other->used; i++) {
		int err = find(quantiles, other->ranges[i].number);

		if (err)
			return err;
		quantiles->ranges[quantiles->last].count += other->ranges[i].count;
	}
	if (other->count && (!quantiles->count || other->least < quantiles->least))
		quantiles->least = other->least;
	if (other->greatest > quantiles->greatest)
		quantiles->greatest = other->greatest;
	quantiles->count += other->count;
	quantiles->sum += other->sum;
	return 0;
}

__u32 quantiles__at(const struct quantiles *quantiles, unsigned int thousandths)
{
	__u64 wanted = (quantiles->count * thousandths + 999) / 1000, seen = 0;
	__u32 value = 0;

	if (!thousandths)
		return quantiles->least;
	if (thousandths >= 1000)
		return quantiles->greatest;
	for (__u32 i = 0; i < quantiles->used; i++) {
		value = middle_of(quantiles->ranges[i].number);
		seen += quantiles->ranges[i].count;
		if (seen >= wanted)
			break;
	}
	if (value < quantiles->least)
		return quantiles->least;
	return value > quantiles->greatest ? quantiles->greatest : value;
}

__u32 quantiles__mean(const struct quantiles *quantiles)
{
	return quantiles->count ? (__u32)(quantiles->sum / quantiles->count) : 0;
}

void quantiles__free(struct quantiles *quantiles)
{
	free(quantiles->ranges);
	*quantiles = (struct quantiles){};
}
