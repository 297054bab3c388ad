// SPDX-License-Identifier: BSD-2-Clause
#include "commands/live_replay.h"

#include <errno.h>

#include "commands/findings.h"
#include "commands/flow_choice.h"
#include "commands/log_input.h"
#include "commands/log_rows.h"
#include "commands/signals.h"
#include "live/live_view.h"
#include "options/options.h"
#include "report/report.h"

static const struct log_rows_words words = {"show", "shown", DIALECT_TO_ANALYSE};

/* How long a key waits at most. */
#define KEYS_US 50000

struct replay {
	struct live_view *view;
	struct flow_filter filter;
	__u64 due_us;  /* when the interval ends; 0: no row has come yet */
	__u64 last_us; /* time of the last row */
	__u64 lost;
};

static __u64 microseconds(struct siftr_time time)
{
	return time.seconds * USEC_PER_SEC + time.microseconds;
}

/* A terminal gets the time that the interval takes; what is printed comes as fast as it can. */
static void show(struct replay *replay, __u64 now_us)
{
	struct live_view *view = replay->view;
	__u64 interval_us = live_view__interval_us(view);

	live_view__show(view, now_us, replay->lost);
	if (!live_view__is_interactive(view))
		return;
	for (__u64 us = 0; us < interval_us && !signals__stop && !live_view__is_over(view);
	     us += KEYS_US)
		live_view__wait(view, KEYS_US);
}

/* Shows the view at the end of each interval that ends before the row. */
static void pass_time(struct replay *replay, __u64 row_us)
{
	__u64 interval_us = live_view__interval_us(replay->view);

	if (!replay->due_us) {
		live_view__begin(replay->view, row_us);
		replay->due_us = row_us + interval_us;
	}
	/* After a long silence one snapshot says all that there is to say of it. */
	if (row_us > replay->due_us + 2 * interval_us) {
		show(replay, replay->due_us);
		replay->due_us = row_us - (row_us - replay->due_us) % interval_us;
	}
	while (row_us >= replay->due_us && !live_view__is_over(replay->view)) {
		show(replay, replay->due_us);
		replay->due_us += interval_us;
	}
	replay->last_us = row_us;
}

static void take_rows(struct replay *replay, const struct row rows[], size_t count)
{
	for (size_t i = 0; i < count && !live_view__is_over(replay->view); i++) {
		pass_time(replay, microseconds(rows[i].time));
		if (flow_filter__takes(&replay->filter, &rows[i]))
			live_view__add(replay->view, &rows[i], 1);
	}
}

static void take_event(struct replay *replay, const struct row_event *event)
{
	if (event->kind == ROW_EVENT_ROWS)
		take_rows(replay, event->rows.first, event->rows.count);
	if (event->kind == ROW_EVENT_FOOTER)
		replay->lost += format__lost(&event->footer.totals);
}

/* Returns an exit code. */
static int read_rows(struct replay *replay, const char *file, struct row_reader *reader,
		     const struct findings *findings)
{
	struct row_event event = {.kind = ROW_EVENT_START};
	struct live_view *view = replay->view;
	int err = 0;

	while (!err && event.kind != ROW_EVENT_END) {
		if (signals__stop || live_view__is_over(replay->view))
			return EXIT_CLEAN;
		err = row_reader__next(reader, &event);
		if (!err)
			take_event(replay, &event);
	}
	findings__print_rest(findings);
	if (err) {
		report_error(err, "read %s", file);
		return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
	}
	if (!replay->due_us)
		report_notice("%s has no packet of a connection", file);
	else if (!live_view__is_over(replay->view))
		show(replay, replay->last_us);
	while (live_view__is_interactive(view) && !signals__stop && !live_view__is_over(view))
		live_view__wait(view, KEYS_US);
	return log_rows__end(&words, file, reader, findings->defects);
}

int live_replay__run(const struct options *options, struct live_view *view)
{
	struct replay replay = {.view = view, .filter = flow_choice__of(options)};
	struct findings findings = {.file = options->replay};
	const struct diagnostic_sink sink = findings__sink(&findings);
	struct row_reader *reader;
	int fd = log_input__open(options->replay), status;

	if (fd < 0)
		return EXIT_OUTPUT;
	signals__catch();
	status = log_rows__open(&words, options->replay, fd, &sink, &reader);
	if (!status)
		status = read_rows(&replay, options->replay, reader, &findings);
	row_reader__close(reader);
	log_input__close(fd);
	return status;
}
