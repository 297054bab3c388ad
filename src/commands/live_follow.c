// SPDX-License-Identifier: BSD-2-Clause
/*
 * Rows and keys are waited for together. When the view is due is decided by CLOCK_MONOTONIC; its
 * times are those of the wall clock, which the rows have as well.
 */
#include "commands/live_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "capture/clock.h"
#include "commands/findings.h"
#include "commands/follow_request.h"
#include "commands/signals.h"
#include "live/live_view.h"
#include "options/options.h"
#include "read/table_rows.h"
#include "report/report.h"

/* Events that are read before keys and the view have their turn. */
#define EVENTS_AT_ONCE 16

struct watch {
	const char *path; /* of the socket */
	struct live_view *view;
	struct buffered_reader input;
	struct row_flows *flows;
	struct table_rows rows;
	__u64 due_ns, end_ns; /* CLOCK_MONOTONIC; end_ns is 0 without --duration */
	bool ended;	      /* the tracer has ended the stream */
};

static __u64 wall_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (__u64)now.tv_sec * USEC_PER_SEC + (__u64)now.tv_nsec / NSEC_PER_USEC;
}

static void show(struct watch *watch)
{
	const __u64 *lost = watch->rows.lost;

	live_view__show(watch->view, wall_us(), lost[SIFTR_IN] + lost[SIFTR_OUT]);
}

static void show_if_due(struct watch *watch)
{
	__u64 now_ns = clock__monotonic_ns(),
	      interval_ns = live_view__interval_us(watch->view) * NSEC_PER_USEC;

	if (now_ns < watch->due_ns)
		return;
	show(watch);
	watch->due_ns += interval_ns;
	if (watch->due_ns <= now_ns)
		watch->due_ns = now_ns + interval_ns;
}

/* Waits until there is something to read, or a key, or the view is due. */
static void wait_for_input(const struct watch *watch)
{
	nfds_t count = live_view__is_interactive(watch->view) ? 2 : 1;
	__u64 now_ns = clock__monotonic_ns(), wait_ns = watch->due_ns - now_ns;
	struct pollfd inputs[] = {{.fd = watch->input.fd, .events = POLLIN},
				  {.fd = STDIN_FILENO, .events = POLLIN}};

	if (watch->due_ns > now_ns)
		poll(inputs, count, (int)(wait_ns / NSEC_PER_MSEC) + 1);
}

/* Reads what has come; waits first if nothing has. 0 or a negative errno. */
static int take_rows(struct watch *watch)
{
	struct row_event event;
	int err = 0;

	for (int i = 0; i < EVENTS_AT_ONCE && !err && !watch->ended; i++) {
		err = table_rows__next(&watch->rows, &event);
		if (!err && event.kind == ROW_EVENT_ROWS)
			live_view__add(watch->view, event.rows.first, event.rows.count);
		watch->ended =
			!err && (event.kind == ROW_EVENT_FOOTER || event.kind == ROW_EVENT_END);
	}
	if (err != -EAGAIN)
		return err;
	wait_for_input(watch);
	return 0;
}

static bool is_over(const struct watch *watch)
{
	return watch->ended || signals__stop || live_view__is_over(watch->view) ||
	       (watch->end_ns && clock__monotonic_ns() >= watch->end_ns);
}

static int watch_rows(struct watch *watch)
{
	int err = 0;

	live_view__begin(watch->view, wall_us());
	watch->due_ns = clock__monotonic_ns() + live_view__interval_us(watch->view) * NSEC_PER_USEC;
	while (!err && !is_over(watch)) {
		err = take_rows(watch);
		live_view__take_keys(watch->view);
		show_if_due(watch);
	}
	if (err) {
		report_error(err, "read from the control socket %s", watch->path);
		return EXIT_FAILED;
	}
	if (!watch->ended || live_view__is_over(watch->view))
		return EXIT_CLEAN;
	if (!live_view__is_interactive(watch->view))
		show(watch);
	report_message("the tracer at %s has ended", watch->path);
	return EXIT_FAILED;
}

/* Whether the stream can be read as rows; reported. */
static bool open_rows(struct watch *watch, int fd, const struct diagnostic_sink *sink)
{
	int err =
		fcntl(fd, F_SETFL, O_NONBLOCK) ? -errno : buffered_reader__open(&watch->input, fd);

	watch->input.is_live = true;
	watch->flows = row_flows__new_bounded(LIVE_VIEW_FLOWS_MAX);
	if (!err && !watch->flows)
		err = -ENOMEM;
	if (!err)
		err = table_rows__open(&watch->rows, &watch->input, TABLE_JSONL, watch->flows,
				       sink);
	if (err)
		report_error(err, "read from the control socket %s", watch->path);
	return !err;
}

int live_follow__run(const struct options *options, struct live_view *view)
{
	static struct watch watch; /* static because it is large */
	struct findings findings = {.file = options->control};
	const struct diagnostic_sink sink = findings__sink(&findings);
	int fd = follow_request__open(options), status = EXIT_FAILED;

	if (fd < 0)
		return EXIT_FAILED;
	watch = (struct watch){.path = options->control, .view = view};
	if (options->duration_ms)
		watch.end_ns = clock__monotonic_ns() + options->duration_ms * NSEC_PER_MSEC;
	if (open_rows(&watch, fd, &sink))
		status = watch_rows(&watch);
	findings__print_rest(&findings);
	table_rows__close(&watch.rows);
	row_flows__free(watch.flows);
	buffered_reader__close(&watch.input);
	close(fd);
	return status;
}
