/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filters that the user gives: which packets are to be logged. Repeated options and the items
 * of a list are alternatives; different options must all hold.
 */
#ifndef SIFTR_FILTER_FILTER_H
#define SIFTR_FILTER_FILTER_H

#include <stdbool.h>

#include <linux/types.h>

#include "filter/filter_values.h"

struct siftr_filter;

/*
 * Adds the items of `text`, whose names are looked up now. 0; -EINVAL if an item is not a value of
 * the filter; -E2BIG if there are too many values. That a name means nothing on this host is no
 * error yet, as not every command needs what it names: see `lacking` of the values.
 */
int filter__add(struct filter_values *values, enum filter_kind kind, const char *text);

/* Removes all values of the filter. */
void filter__forget(struct filter_values *values, enum filter_kind kind);

/* Whether the rules of the programs, or the texts, differ. */
bool filter__differs(const struct filter_values *one, const struct filter_values *other);

/* The SIFTR_FILTER_* that one filter needs. */
__u32 filter__needs(enum filter_kind kind);

/* The name of the filter's option. */
const char *filter__name(enum filter_kind kind);

/* What the filter takes, for a message: "ports or ranges of them ...". */
const char *filter__takes(enum filter_kind kind);

/* What an item of the filter names, for a message: "user". */
const char *filter__noun(enum filter_kind kind);

/* The SIFTR_FILTER_* that the values need. */
__u32 filter__used(const struct filter_values *values);

/*
 * The SIFTR_FILTER_* that programs have whose filters may change if `steered`: those used, and
 * those beside them that cost packets nothing more.
 */
__u32 filter__loaded(const struct filter_values *values, bool steered);

/* Sets what the BPF programs compare packets with; `filter` must be all zero before. */
void filter__fill(const struct filter_values *values, struct siftr_filter *filter);

#endif
