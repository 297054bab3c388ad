/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live view of `siftr-bpf top`: takes rows, and shows what the connections do at each interval,
 * on a terminal or as text. Times are Unix time in microseconds, of a log those of its rows.
 */
#ifndef SIFTR_LIVE_LIVE_VIEW_H
#define SIFTR_LIVE_LIVE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "live/live_model.h"
#include "live/live_settings.h"

/* Connections that are kept, about 5 KB each. */
#define LIVE_VIEW_FLOWS_MAX 16384

struct live_view;

/*
 * Takes over the terminal if that is asked for; if it cannot be used, says so, and prints. NULL
 * when out of memory, reported.
 */
struct live_view *live_view__open(const struct live_settings *settings);
/* Accepts NULL. */
void live_view__close(struct live_view *view);

/* Leaves the terminal as it was, and prints the messages that came meanwhile. */
void live_view__leave_terminal(struct live_view *view);

/* The first interval begins. */
void live_view__begin(struct live_view *view, __u64 now_us);

/* Adds rows. Without memory for them the view ends, which is reported. Accepts NULL. */
void live_view__add(struct live_view *view, const struct row rows[], size_t count);

__u64 live_view__interval_us(const struct live_view *view);

/* The interval ends; `lost` packets of all so far have no row. Shows a snapshot. */
void live_view__show(struct live_view *view, __u64 now_us, __u64 lost);

/* Whether it has taken over the terminal, so that keys are to be taken now and then. */
bool live_view__is_interactive(const struct live_view *view);
void live_view__take_keys(struct live_view *view);
/* Waits so long, and takes keys. False if a signal came before; at once without a terminal. */
bool live_view__wait(struct live_view *view, __u64 us);

/* Whether the view is to end: by a key, after one snapshot, or as nobody reads them any more. */
bool live_view__is_over(const struct live_view *view);
/* Whether it ended by an error, which was reported. */
bool live_view__has_failed(const struct live_view *view);

#endif
