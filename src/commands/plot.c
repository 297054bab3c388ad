// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf plot`: draws columns of one flow over time, as SVG or on a terminal. What of a log
 * can be read is drawn; if its end is missing or lines had defects, the exit status is 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/findings.h"
#include "commands/flow_choice.h"
#include "commands/log_input.h"
#include "commands/log_rows.h"
#include "commands/plot_output.h"
#include "format/tuple.h"
#include "plot/flow_samples.h"
#include "read/row_reader.h"
#include "report/report.h"

#define DEFAULT_COLUMNS "cwnd,ssthresh,srtt"

static const struct log_rows_words words = {"plot", "plotted", DIALECT_TO_PLOT};

struct plot {
	const char *file; /* that is read; in the end "the logs" if there are several */
	const char *has;  /* the verb for it */
	const struct options *options;
	struct plot_column columns[PLOT_COLUMNS_MAX];
	int nr_columns;
	struct flow_samples *flows;
};

/* Returns an exit code. */
static int read_rows(struct plot *plot, struct row_reader *reader, const struct findings *findings)
{
	struct row_event event;
	int err;

	flow_samples__begin_log(plot->flows);
	do {
		err = row_reader__next(reader, &event);
		if (!err && event.kind == ROW_EVENT_ROWS)
			err = flow_samples__add(plot->flows, event.rows.first, event.rows.count);
	} while (!err && event.kind != ROW_EVENT_END);
	findings__print_rest(findings);
	if (!err)
		return log_rows__end(&words, plot->file, reader, findings->defects);
	report_error(err, "read %s", plot->file);
	return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
}

static int read_file(struct plot *plot)
{
	struct findings findings = {.file = plot->file};
	const struct diagnostic_sink sink = findings__sink(&findings);
	struct row_reader *reader;
	int fd = log_input__open(plot->file), status;

	if (fd < 0)
		return EXIT_OUTPUT;
	status = log_rows__open(&words, plot->file, fd, &sink, &reader);
	if (!status)
		status = read_rows(plot, reader, &findings);
	row_reader__close(reader);
	log_input__close(fd);
	return status;
}

/* Whether a row has a value of one of the columns; reports each column that has none. */
static bool has_values(const struct plot *plot, const struct samples *samples)
{
	int known = 0;

	for (int column = 0; column < plot->nr_columns; column++) {
		if (samples__has_value(samples, (size_t)column)) {
			known++;
			continue;
		}
		report_notice("%s: the flow has no value of %s%s", plot->file,
			      plot->columns[column].name,
			      plot->columns[column].column == ROW_snd_cwnd
				      ? ", in bytes: logs of tcp_probe have cwnd_segs"
				      : "");
	}
	return known > 0;
}

/* Finds the flow to draw. NULL if there is none, reported. */
static const struct sampled_flow *find_flow(const struct plot *plot)
{
	const struct sampled_flow *flow = flow_samples__longest(plot->flows);
	size_t count = flow_samples__count(plot->flows);

	if (!flow && flow_choice__is_given(plot->options))
		report_message("%s %s no flow that was chosen: siftr-bpf flows lists the flows",
			       plot->file, plot->has);
	else if (!flow)
		report_message("%s %s no packet of a flow: there is nothing to plot", plot->file,
			       plot->has);
	else if (count > 1)
		report_notice("%s %s %zu flows%s: plotted is %u, which has the most lines; --flow, "
			      "--port or --host choose another",
			      plot->file, plot->has, count,
			      flow_choice__is_given(plot->options) ? " that were chosen" : "",
			      flow->flowid);
	return flow;
}

/* Draws the flow. Returns an exit code. */
static int draw(const struct plot *plot)
{
	const struct sampled_flow *flow = find_flow(plot);
	char title[TUPLE_ROOM + 32], *end;

	if (!flow)
		return EXIT_OUTPUT;
	if (!has_values(plot, &flow->samples)) {
		report_message("%s: nothing to plot", plot->file);
		return EXIT_OUTPUT;
	}
	end = tuple__write(title, &flow->key, "    ");
	snprintf(end - 1, 32, ", flow %u", flow->flowid);
	return plot_output__write(plot->options->output, title, plot->columns, &flow->samples);
}

/* Reads all files. Returns the worst exit code: what could be read is in plot->flows. */
static int read_files(struct plot *plot)
{
	int worst = EXIT_CLEAN;

	for (int i = 0; i < plot->options->nr_files; i++) {
		int status;

		plot->file = plot->options->files[i];
		status = read_file(plot);
		if (status > worst)
			worst = status;
	}
	if (plot->options->nr_files > 1) {
		plot->file = "the logs";
		plot->has = "have";
	}
	return worst;
}

int command_plot(const struct options *options)
{
	const char *list = options->columns ? options->columns : DEFAULT_COLUMNS;
	struct plot plot = {.options = options, .has = "has"};
	const struct flow_filter filter = flow_choice__of(options);
	int status = EXIT_USAGE, drawn;

	plot.nr_columns = plot_column__parse(list, plot.columns);
	if (plot.nr_columns >= 0)
		status = plot_output__check(options->output);
	if (status)
		return status;
	plot.flows = flow_samples__new(plot.columns, (size_t)plot.nr_columns, &filter);
	if (!plot.flows) {
		report_error(-ENOMEM, "plot");
		return EXIT_FAILED;
	}
	status = read_files(&plot);
	if (status != EXIT_OUTPUT) {
		drawn = draw(&plot);
		status = drawn > status ? drawn : status;
	}
	flow_samples__free(plot.flows);
	return report_flush() ? EXIT_OUTPUT : status;
}
