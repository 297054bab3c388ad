/* SPDX-License-Identifier: BSD-2-Clause */
/* Splits the value of a filter: alternatives separated by commas, each with ! before it for not. */
#ifndef SIFTR_FILTER_FILTER_LIST_H
#define SIFTR_FILTER_FILTER_LIST_H

#include <stdbool.h>

#define FILTER_ITEM_BYTES 4096 /* as paths, PATH_MAX */

struct filter_item {
	bool negated;
	char text[FILTER_ITEM_BYTES]; /* without the ! */
};

/*
 * Reads the next item of `*list` and moves `*list` behind it. False at the end of the list. An item
 * that is empty or too long has an empty text, which no filter takes.
 */
bool filter_list__next(const char **list, struct filter_item *item);

#endif
