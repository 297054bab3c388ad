// SPDX-License-Identifier: BSD-2-Clause
#include "commands/analyse_logs.h"

#include <errno.h>
#include <string.h>

#include "commands/findings.h"
#include "commands/flow_choice.h"
#include "commands/log_input.h"
#include "commands/log_rows.h"
#include "options/options.h"
#include "report/plural.h"
#include "report/report.h"

static const struct log_rows_words words = {"name", "read", DIALECT_TO_ANALYSE};

static __u64 microseconds(struct siftr_time time)
{
	return time.seconds * USEC_PER_SEC + time.microseconds;
}

/* Reports packets that should be lines and are not: flows may have gaps. */
static void report_lost(const char *file, const struct format_totals *totals)
{
	__u64 lost = format__lost(totals);

	if (lost)
		report_notice("%s: %llu packet%s of the run %s lost, so flows may have gaps", file,
			      lost, plural__ending(lost), lost == 1 ? "was" : "were");
}

/* The files that are read, one at a time. */
struct reading {
	struct analysis *analysis;
	const struct log_observer *observer;
	const char *file;
	int number; /* of the file among the options' */
};

static int observe_run(const struct reading *reading, const struct row_event *event)
{
	const struct log_observer *observer = reading->observer;

	if (!observer->run || (event->kind != ROW_EVENT_START && event->kind != ROW_EVENT_FOOTER))
		return 0;
	return observer->run(observer->context, reading->number, event);
}

static int take_event(const struct reading *reading, const struct row_event *event)
{
	struct analysis *analysis = reading->analysis;

	switch (event->kind) {
	case ROW_EVENT_START:
		analysis__begin_run(analysis, microseconds(event->start.values.enabled));
		return observe_run(reading, event);
	case ROW_EVENT_ROWS:
		return analysis__add(analysis, event->rows.first, event->rows.count);
	case ROW_EVENT_FOOTER:
		analysis__end_run(analysis, microseconds(event->footer.disabled));
		report_lost(reading->file, &event->footer.totals);
		return observe_run(reading, event);
	default:
		return 0;
	}
}

/* Returns an exit code. */
static int read_rows(const struct reading *reading, struct row_reader *reader,
		     const struct findings *findings)
{
	const char *file = reading->file;
	struct row_event event;
	int err;

	analysis__begin_log(reading->analysis);
	do {
		err = row_reader__next(reader, &event);
		if (!err)
			err = take_event(reading, &event);
	} while (!err && event.kind != ROW_EVENT_END);
	findings__print_rest(findings);
	if (!err)
		return log_rows__end(&words, file, reader, findings->defects);
	report_error(err, "read %s", file);
	return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
}

static int read_file(const struct reading *reading)
{
	struct findings findings = {.file = reading->file};
	const struct diagnostic_sink sink = findings__sink(&findings);
	struct row_reader *reader;
	int fd = log_input__open(reading->file), status;

	if (fd < 0)
		return EXIT_OUTPUT;
	status = log_rows__open(&words, reading->file, fd, &sink, &reader);
	if (!status)
		status = read_rows(reading, reader, &findings);
	row_reader__close(reader);
	log_input__close(fd);
	return status;
}

/* Reads all files. Returns the worst exit code. */
static int read_files(const struct options *options, struct analysis *analysis,
		      const struct log_observer *observer)
{
	int worst = EXIT_CLEAN;

	for (int i = 0; i < options->nr_files; i++) {
		const struct reading reading = {analysis, observer, options->files[i], i};
		int status = read_file(&reading);

		if (observer->end)
			observer->end(observer->context, i, status);
		if (status > worst)
			worst = status;
	}
	return worst;
}

int analyse_logs(const struct options *options, struct analysis **analysis)
{
	static const struct log_observer none;

	return analyse_logs__observed(options, &none, analysis);
}

int analyse_logs__observed(const struct options *options, const struct log_observer *observer,
			   struct analysis **analysis)
{
	const struct flow_filter filter = flow_choice__of(options);
	int status;

	*analysis = NULL;
	*analysis = analysis__new(&filter, options->events || options->command == COMMAND_REPORT);
	if (!*analysis) {
		report_error(-ENOMEM, "read logs");
		return EXIT_FAILED;
	}
	analysis__observe(*analysis, &observer->flows);
	status = read_files(options, *analysis, observer);
	analysis__end(*analysis);
	return status;
}
