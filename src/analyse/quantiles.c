// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/quantiles.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX ((1U << 22) - 1)

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

static const struct quantile_range *ranges_of(const struct quantiles *quantiles)
{
	return quantiles->room ? quantiles->many : quantiles->few;
}

static struct quantile_range *ranges_to_change(struct quantiles *quantiles)
{
	return quantiles->room ? quantiles->many : quantiles->few;
}

/* The first of that range in the array, or the place where it belongs. */
static __u32 place_of(const struct quantiles *quantiles, __u32 range)
{
	const struct quantile_range *ranges = ranges_of(quantiles);
	__u32 low = 0, high = quantiles->used;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (ranges[middle].number < range)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Makes room for one more range. 0 or -ENOMEM. */
static int make_room(struct quantiles *quantiles)
{
	__u32 room = quantiles->room ? 2 * quantiles->room : 2 * QUANTILES_FEW;
	struct quantile_range *many;

	if (quantiles->used < (quantiles->room ? quantiles->room : QUANTILES_FEW))
		return 0;
	many = realloc(quantiles->room ? quantiles->many : NULL, room * sizeof(*many));
	if (!many)
		return -ENOMEM;
	if (!quantiles->room)
		memcpy(many, quantiles->few, sizeof(quantiles->few));
	quantiles->many = many;
	quantiles->room = room;
	return 0;
}

static int insert(struct quantiles *quantiles, __u32 place, __u32 range)
{
	int err = make_room(quantiles);
	struct quantile_range *ranges = ranges_to_change(quantiles);

	if (err)
		return err;
	memmove(&ranges[place + 1], &ranges[place], (quantiles->used - place) * sizeof(*ranges));
	ranges[place] = (struct quantile_range){.number = range};
	quantiles->used++;
	return 0;
}

/* Whether there is room for `count` numbers more in that place, which is of that range. */
static bool can_count(const struct quantiles *quantiles, __u32 place, __u32 range, __u32 count)
{
	const struct quantile_range *at = &ranges_of(quantiles)[place];

	return place < quantiles->used && at->number == range && at->count + count <= COUNT_MAX;
}

/* Counts `count` numbers of a range, COUNT_MAX at most. 0 or -ENOMEM. */
static int count(struct quantiles *quantiles, __u32 range, __u32 count)
{
	int err = 0;

	if (!can_count(quantiles, quantiles->last, range, count)) {
		quantiles->last = place_of(quantiles, range);
		if (!can_count(quantiles, quantiles->last, range, count))
			err = insert(quantiles, quantiles->last, range);
	}
	if (!err)
		ranges_to_change(quantiles)[quantiles->last].count += count;
	return err;
}

int quantiles__add(struct quantiles *quantiles, __u32 number)
{
	int err = count(quantiles, range_of(number), 1);

	if (err)
		return err;
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
	const struct quantile_range *ranges = ranges_of(other);

	for (__u32 i = 0; i < other->used; i++) {
		int err = count(quantiles, ranges[i].number, ranges[i].count);

		if (err)
			return err;
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
	const struct quantile_range *ranges = ranges_of(quantiles);
	__u64 wanted = (quantiles->count * thousandths + 999) / 1000, seen = 0;
	__u32 value = 0;

	if (!thousandths)
		return quantiles->least;
	if (thousandths >= 1000)
		return quantiles->greatest;
	for (__u32 i = 0; i < quantiles->used; i++) {
		value = middle_of(ranges[i].number);
		seen += ranges[i].count;
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
	if (quantiles->room)
		free(quantiles->many);
	*quantiles = (struct quantiles){};
}
