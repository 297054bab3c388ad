// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf top`: what the connections of this host do now, and what limits them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/live_follow.h"
#include "commands/live_replay.h"
#include "commands/signals.h"
#include "commands/trace.h"
#include "format/format.h"
#include "live/live_columns.h"
#include "live/live_page.h"
#include "live/live_view.h"
#include "output/log_path.h"
#include "output/secure_open.h"
#include "read/file_beginning.h"
#include "report/report.h"
#include "service/sandbox.h"

#define LINES_DEFAULT 20

/* The groups that the analysis and the columns need. */
#define FIELDS "+packet,order,loss,rate,rtt,bytes,cc,identity"

/* 0 or -1, reported. */
static int choose_sort(const char *name, enum live_column *sort)
{
	*sort = live_columns__find(name ?: "limit");
	if (*sort < LIVE_COLUMNS)
		return 0;
	report_message("--sort: top has no column '%s'; its columns are flowid, local, foreign, "
		       "process, state, cc, limit, cwnd, ssthresh, inflight, srtt, min_rtt, rto, "
		       "sent, delivered, received and retransmitted",
		       name);
	return -1;
}

/*
 * Whether a log or a stream can be filtered so: they do not say which socket or process a line
 * belongs to.
 */
static bool can_filter_rows(const struct options *options)
{
	for (__u32 i = 0; i < options->filter.count; i++) {
		enum filter_kind kind = options->filter.of[i].kind;

		if (kind < FILTER_NETNS && kind != FILTER_DIR)
			continue;
		report_message("--%s is for a top that traces by itself: with --control and "
			       "--replay there are the filters of ports and addresses",
			       filter__name(kind));
		return false;
	}
	return true;
}

/* Traces with what the view needs, and writes no log. */
static int trace(const struct options *options, struct live_view *view)
{
	struct options tracing = *options;

	tracing.output = "/dev/null";
	tracing.format = FORMAT_jsonl;
	tracing.fields = FIELDS;
	tracing.summary = WHEN_NO;
	return trace__run(&tracing, view);
}

/*
 * Whether histories may be appended: to an empty file, to other histories, and to a device. 0 or a
 * negative errno, reported.
 */
static int check_histories(const char *name, int fd)
{
	char text[sizeof(LIVE_PAGE_TITLES) - 1];
	struct stat status;
	size_t bytes = 0;
	int err = fstat(fd, &status) ? -errno : 0;

	if (!err && S_ISREG(status.st_mode))
		err = file_beginning__read(fd, text, sizeof(text), &bytes);
	if (err)
		return report_error(err, "read %s", name);
	if (!bytes || (bytes == sizeof(text) && !memcmp(text, LIVE_PAGE_TITLES, bytes)))
		return 0;
	report_message("cannot open %s for histories: it is not empty, and does not begin as they "
		       "do; name another file, or move it away",
		       name);
	return -EBADMSG;
}

/* Takes over the descriptor. 0 or a negative errno, reported. */
static int open_stream(const char *name, int fd, FILE **file)
{
	int err = check_histories(name, fd);

	if (!err) {
		*file = fdopen(fd, "a");
		err = *file ? 0 : report_error(-ENOMEM, "open %s", name);
	}
	if (err)
		close(fd);
	else /* Titles are written at offset 0, which this stream would be at as well. */
		fseeko(*file, 0, SEEK_END);
	return err;
}

/* Opens the file for histories while that is allowed. 0 or a negative errno, reported. */
static int open_histories(const char *name, FILE **file)
{
	struct log_path path;
	int err = log_path__find(&path, name, "histories"), fd;

	if (err)
		return err;
	fd = secure_open__open(&path, O_WRONLY | O_APPEND | O_CREAT);
	err = fd < 0 ? fd : open_stream(name, fd, file);
	if (!err)
		log_path__give_to_owner(&path, fd);
	log_path__close(&path);
	return err;
}

static bool is_interactive(const struct options *options)
{
	return !options->json && !options->once && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int fill(const struct options *options, struct live_view *view)
{
	if (options->replay)
		return live_replay__run(options, view);
	return options->control ? live_follow__run(options, view) : trace(options, view);
}

static int show(const struct options *options, const struct live_settings *settings)
{
	struct live_view *view;
	int status;

	if (settings->interactive)
		sandbox__keep_terminal();
	signals__catch();
	view = live_view__open(settings);
	if (!view)
		return EXIT_FAILED;
	status = fill(options, view);
	if (live_view__has_failed(view) && !status)
		status = EXIT_OUTPUT;
	live_view__close(view);
	return status;
}

/* Whether the options go together; 0 or -EINVAL, reported. */
static int check(const struct options *options, bool interactive)
{
	if (options->replay && options->control) {
		report_message("--control and --replay exclude each other");
		return -EINVAL;
	}
	if ((options->replay || options->control) && !can_filter_rows(options))
		return -EINVAL;
	if (!options->output || interactive)
		return 0;
	report_message("--output of top is where the key w writes a connection's history: it needs "
		       "a terminal, without --json and --once");
	return -EINVAL;
}

int command_top(const struct options *options)
{
	struct live_settings settings = {
		.interval_us = options->interval_ns / NSEC_PER_USEC,
		.lines = options->top ? options->top : LINES_DEFAULT,
		.interactive = is_interactive(options),
		.once = options->once,
		.json = options->json,
		.histories_name = options->output,
	};
	int status;

	if (choose_sort(options->sort, &settings.sort) || check(options, settings.interactive))
		return EXIT_USAGE;
	if (options->output && open_histories(options->output, &settings.histories))
		return EXIT_OUTPUT;
	status = show(options, &settings);
	if (settings.histories && fclose(settings.histories) && !status) {
		report_error(-errno, "write %s", options->output);
		status = EXIT_OUTPUT;
	}
	return status;
}
