/* SPDX-License-Identifier: BSD-2-Clause */
/* Who sees the rows of a log beside its file. */
#ifndef SIFTR_COMMANDS_ROW_OBSERVERS_H
#define SIFTR_COMMANDS_ROW_OBSERVERS_H

#include <stdbool.h>

#include "commands/followers.h"
#include "commands/line_probe.h"
#include "commands/run_summary.h"
#include "live/live_view.h"

/* Whether any of them, or the probe, wants rows. */
static inline bool row_observers__want(const struct run_summary *summary,
				       const struct live_view *view,
				       const struct followers *followers)
{
	return summary || view || (followers && followers->count) || probes__want_line();
}

/* Shows rows to those of them that are not NULL, and to the probe. */
static inline void row_observers__show(struct run_summary *summary, struct live_view *view,
				       struct followers *followers, const struct row rows[],
				       size_t count)
{
	if (summary)
		run_summary__add(summary, rows, count);
	line_probe__show(rows, count);
	live_view__add(view, rows, count);
	if (followers)
		followers__write(followers, rows, count);
}

#endif
