// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "live/live_json.h"
#include "live/live_terminal.h"
#include "live/plain.h"
#include "report/report.h"
#include "report/text_width.h"

struct live_view {
	struct live_settings settings;
	struct live_model *model;
	struct live_terminal *terminal; /* NULL: snapshots are printed */
	struct live_snapshot snapshot;
	__u64 begin_us;
	bool over, failed;
};

struct live_view *live_view__open(const struct live_settings *settings)
{
	struct live_view *view = calloc(1, sizeof(*view));

	/* A tracer's sandbox lets no file be opened later. */
	text_width__load();
	if (view) {
		view->settings = *settings;
		view->model = live_model__new(LIVE_VIEW_FLOWS_MAX);
	}
	if (!view || !view->model) {
		report_error(-ENOMEM, "show connections");
		free(view);
		return NULL;
	}
	if (settings->interactive)
		view->terminal = live_terminal__open(view->model, settings);
	return view;
}

void live_view__leave_terminal(struct live_view *view)
{
	live_terminal__close(view->terminal);
	view->terminal = NULL;
}

void live_view__close(struct live_view *view)
{
	if (view) {
		live_view__leave_terminal(view);
		live_model__free(view->model);
	}
	free(view);
}

void live_view__begin(struct live_view *view, __u64 now_us)
{
	view->begin_us = now_us;
	live_model__tick(view->model, now_us);
	if (view->terminal)
		live_terminal__show(view->terminal);
}

void live_view__add(struct live_view *view, const struct row rows[], size_t count)
{
	int err = !view || view->failed ? 0 : live_model__add(view->model, rows, count);

	if (!err)
		return;
	report_error(err, "keep the state of connections");
	view->over = view->failed = true;
}

__u64 live_view__interval_us(const struct live_view *view)
{
	return view->settings.interval_us;
}

static void print(struct live_view *view)
{
	const struct live_choice choice = {.sort = view->settings.sort,
					   .count = view->settings.lines};

	live_model__snapshot(view->model, &choice, &view->snapshot);
	if (view->settings.json)
		live_json__print(stdout, &view->snapshot);
	else
		plain__print(stdout, &view->snapshot, view->begin_us);
	view->failed = view->failed || report_flush();
	view->over = view->over || view->settings.once || view->failed || report_reader_left();
}

void live_view__show(struct live_view *view, __u64 now_us, __u64 lost)
{
	live_model__set_lost(view->model, lost);
	live_model__tick(view->model, now_us);
	if (view->terminal)
		live_terminal__show(view->terminal);
	else
		print(view);
}

bool live_view__is_interactive(const struct live_view *view)
{
	return view->terminal;
}

void live_view__take_keys(struct live_view *view)
{
	if (view->terminal && !live_terminal__take_keys(view->terminal))
		view->over = true;
}

bool live_view__wait(struct live_view *view, __u64 us)
{
	bool waited = !view->terminal || live_terminal__wait(view->terminal, us);

	live_view__take_keys(view);
	return waited;
}

bool live_view__is_over(const struct live_view *view)
{
	return view->over;
}

bool live_view__has_failed(const struct live_view *view)
{
	return view->failed;
}
