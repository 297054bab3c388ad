// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf report`: writes one page of HTML that shows logs in a browser, without a network. What
 * of a log can be read is shown; if its end is missing or lines had defects, the exit status is 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands/analyse_logs.h"
#include "commands/commands.h"
#include "commands/flow_choice.h"
#include "commands/replace_file.h"
#include "commands/report_flows.h"
#include "commands/report_logs.h"
#include "commands/report_manifest.h"
#include "page/flow_series.h"
#include "page/page.h"
#include "page/page_series.h"
#include "page/page_text.h"
#include "report/report.h"

struct report {
	const struct options *options;
	struct report_logs logs;
	struct series series;
	int *statuses;	/* exit codes of the logs */
	char *manifest; /* text, or NULL */
};

static int take_row(void *context, size_t flow, const struct row *row,
		    const struct interval *interval)
{
	struct report *report = context;

	return flow_series__add(&report->series, flow, row, interval);
}

static int take_run(void *context, int file, const struct row_event *event)
{
	struct report *report = context;

	return report_logs__add(&report->logs, file, event);
}

static void take_end(void *context, int file, int status)
{
	struct report *report = context;

	report->statuses[file] = status;
}

/* Writes what the page shows of one flow beside its line in the table. 0 or -ENOMEM. */
static int write_flow(FILE *stream, const struct analysis *analysis, struct series *series,
		      size_t number)
{
	const struct flow_series *flow = flow_series__finish(series, number);
	int err;

	if (!flow)
		return 0;
	page__begin_data(stream, "flow", number);
	fputc('{', stream);
	report_flows__answers(stream, analysis__at(analysis, number));
	fputc(',', stream);
	err = page_series__json(stream, flow);
	fputc('}', stream);
	page__end_data(stream);
	if (err || page__has_plots())
		return err;
	page__begin_figures(stream, number);
	err = page_series__figures(stream, flow);
	page__end_figures(stream);
	return err;
}

static int write_page(FILE *stream, const struct analysis *analysis, struct report *report)
{
	int err = 0;

	page__begin(stream);
	page__begin_data(stream, "report", 0);
	fputs("{\"version\":\"" SIFTR_BPF_VERSION "\",\"logs\":", stream);
	report_logs__json(stream, &report->logs, report->options, report->statuses);
	fputc(',', stream);
	if (report->manifest) {
		fputs("\"manifest\":", stream);
		page_text__json(stream, report->manifest);
		fputc(',', stream);
	}
	report_flows__table(stream, analysis);
	fputc('}', stream);
	page__end_data(stream);
	for (size_t i = 0; i < analysis__count(analysis) && !err; i++)
		err = write_flow(stream, analysis, &report->series, i);
	page__end(stream);
	return err;
}

/* A page is made in memory, since a file gets it all at once. Returns an exit code. */
static int write_report(const struct analysis *analysis, struct report *report)
{
	const char *file = report->options->output;
	int err = -ENOMEM, status = EXIT_CLEAN;
	char *text = NULL;
	size_t bytes = 0;
	FILE *stream = open_memstream(&text, &bytes);

	if (stream) {
		err = write_page(stream, analysis, report);
		if (ferror(stream))
			err = -ENOMEM;
		if (fclose(stream))
			err = -ENOMEM;
	}
	if (err) {
		report_error(err, "write the report");
		status = EXIT_FAILED;
	} else if (!file) {
		fwrite(text, 1, bytes, stdout);
	} else if (replace_file__write(file, "the report", text, bytes)) {
		status = EXIT_OUTPUT;
	}
	free(text);
	return status;
}

/* Returns an exit code. */
static int make_report(struct report *report)
{
	const struct log_observer observer = {{take_row, report}, take_run, take_end, report};
	struct analysis *analysis;
	int status = analyse_logs__observed(report->options, &observer, &analysis), written;

	if (analysis && !analysis__count(analysis)) {
		if (status < EXIT_OUTPUT)
			flow_choice__report_none(report->options, NULL,
						 ": there is nothing to report", true);
		status = status > EXIT_OUTPUT ? status : EXIT_OUTPUT;
	} else if (analysis) {
		written = write_report(analysis, report);
		status = written > status ? written : status;
	}
	analysis__free(analysis);
	return status;
}

int command_report(const struct options *options)
{
	struct report report = {.options = options};
	int status = EXIT_FAILED;

	if (!options->output && isatty(STDOUT_FILENO)) {
		report_message("report writes a page of HTML: -o FILE.html names a file for it");
		return EXIT_USAGE;
	}
	if (options->manifest && report_manifest__read(options->manifest, &report.manifest))
		return EXIT_OUTPUT;
	report.statuses = calloc((size_t)options->nr_files, sizeof(*report.statuses));
	if (report.statuses)
		status = make_report(&report);
	else
		report_error(-ENOMEM, "read logs");
	if (!page__has_plots() && status != EXIT_OUTPUT)
		report_notice("this siftr-bpf was built without uPlot, so the plots cannot be "
			      "zoomed: see README.md for how to build it with uPlot");
	free(report.statuses);
	free(report.manifest);
	report_logs__free(&report.logs);
	flow_series__free(&report.series);
	return report_flush() ? EXIT_OUTPUT : status;
}
