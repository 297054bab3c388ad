/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live view of `siftr-bpf top`: takes rows, and shows what the connections do at each interval.
 * Times are Unix time in microseconds, of a log those of its rows.
 */
#ifndef SIFTR_LIVE_LIVE_VIEW_H
#define SIFTR_LIVE_LIVE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "live/live_model.h"

struct live_view;

struct live_settings {
	__u64 interval_us; /* not 0 */
	enum live_column sort;
	size_t lines; /* connections to print, at most LIVE_LINES_MAX */
	bool once;    /* end after one snapshot */
	bool json;
};

/* NULL when out of memory, reported. */
struct live_view *live_view__open(const struct live_settings *settings);
/* Accepts NULL. */
void live_view__close(struct live_view *view);

/* The first interval begins. */
void live_view__begin(struct live_view *view, __u64 now_us);

/* Adds rows. Without memory for them the view ends, which is reported. Accepts NULL. */
void live_view__add(struct live_view *view, const struct row rows[], size_t count);

__u64 live_view__interval_us(const struct live_view *view);

/* The interval ends; `lost` packets of all so far have no row. Shows a snapshot. */
void live_view__show(struct live_view *view, __u64 now_us, __u64 lost);

/* Whether the view is to end: a snapshot was asked for once, or nobody reads them any more. */
bool live_view__is_over(const struct live_view *view);
/* Whether it ended by an error, which was reported. */
bool live_view__has_failed(const struct live_view *view);

#endif
