// SPDX-License-Identifier: BSD-2-Clause
/* Checks that each run is a header, data lines and a footer, in this order. */
#include "check/siftr_check.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "format/line_starts.h"
#include "output/secure_open.h"
#include "read/dialect_report.h"
#include "read/line_parser.h"
#include "check/log_run.h"
#include "report/plural.h"

struct siftr_check {
	__u32 ppl;
	struct diagnostic_sink sink;
	struct validate_result *result;
	struct line_parser *reader; /* the caller's */
	struct log_run run;
	bool running;
	bool before_header; /* in data lines that FreeBSD wrote before the header of their run */
};

static void report_defect(struct siftr_check *check, __u64 line, const char *what,
			  const char *expected)
{
	struct diagnostic defect = {.line = line, .what = what, .expected = expected};

	diagnostic__defect(&check->sink, &defect);
}

static int begin_run(struct siftr_check *check)
{
	int err = log_run__begin(&check->run, check->ppl, &check->sink);

	check->running = !err;
	if (err)
		log_run__end(&check->run);
	return err;
}

static void add_steps_back(struct time_steps_back *sum, const struct time_steps_back *steps)
{
	if (!sum->count)
		sum->first_line = steps->first_line;
	sum->count += steps->count;
	if (steps->largest_us > sum->largest_us)
		sum->largest_us = steps->largest_us;
}

static void end_run(struct siftr_check *check)
{
	struct validate_result *result = check->result;
	const struct log_run *run = &check->run;

	if (!check->running)
		return;
	log_run__report_shared_ids(run);
	result->lines += line_counts__sum(&run->lines);
	result->flows += log_run__nr_flows(run);
	result->sampled_runs += run->sampled;
	add_steps_back(&result->steps_back, &run->steps_back);
	log_run__end(&check->run);
	check->running = check->before_header = false;
}

static void report_missing_footer(struct siftr_check *check, __u64 line, bool being_written)
{
	char what[96];

	/*
	 * Do not report missing footers of runs without a header: the missing header has been
	 * reported.
	 */
	if (!check->running || !check->run.line)
		return;
	snprintf(what, sizeof(what), "no footer: the run that began in line %llu %s",
		 check->run.line,
		 being_written ? "is being written" : "was killed, or its end is missing");
	report_defect(check, line, what, NULL);
}

/*
 * For a header in line number `line`: reports if the run before it has no footer, ends that run and
 * counts another.
 */
static void begin_next_run(struct siftr_check *check, __u64 line)
{
	report_missing_footer(check, line, false);
	end_run(check);
	check->result->runs++;
}

static void report_data_before_header(struct siftr_check *check, __u64 line)
{
	__u64 lines = line_counts__sum(&check->run.lines);
	char what[160];

	snprintf(what, sizeof(what),
		 "%llu data line%s before the header of their run, as FreeBSD's SIFTR may write "
		 "them when it is switched on",
		 lines, plural__ending(lines));
	report_defect(check, line - lines, what, NULL);
}

static int handle_header(struct siftr_check *check, const struct line_event *event)
{
	int err = 0;

	if (check->before_header) {
		report_data_before_header(check, event->line);
		check->before_header = false;
		check->result->runs++;
	} else {
		begin_next_run(check, event->line);
		err = begin_run(check);
	}
	check->run.line = event->line;
	check->run.header = event->header;
	return err;
}

/*
 * Unless a run has begun, begins one at a line that should be a header: the first of the log, or
 * one after a footer. That is one defect; the lines are then checked as a run.
 */
static int begin_without_header(struct siftr_check *check, const struct line_event *event)
{
	if (check->running)
		return 0;
	report_defect(check, event->line,
		      event->kind == LINE_FOOTER ? "a footer where a run should begin"
						 : "a data line where a run should begin",
		      "a header");
	return begin_run(check);
}

static int handle_event(struct siftr_check *check, const struct line_event *event)
{
	int err;

	switch (event->kind) {
	case LINE_HEADER:
		return handle_header(check, event);
	case LINE_DATA:
		err = begin_without_header(check, event);
		return err ? err : log_run__data(&check->run, event);
	case LINE_MALFORMED_DATA:
		err = begin_without_header(check, event);
		if (!err)
			log_run__malformed_data(&check->run, event);
		return err;
	case LINE_FOOTER:
		err = begin_without_header(check, event);
		if (!err)
			log_run__footer(&check->run, event);
		return err;
	case LINE_TUPLE:
		return log_run__tuple(&check->run, event);
	case LINE_FOOTER_END:
		log_run__footer_end(&check->run, event);
		end_run(check);
		return 0;
	case LINE_UNKNOWN:
		/* The truncated footer has been reported; do not report a missing one as well. */
		if (event->footer_truncated)
			end_run(check);
		return 0;
	case LINE_END:
		break;
	}
	return 0;
}

/* Skips a run of a dialect that cannot be checked, and reports it as one defect. */
static int skip_unsupported_run(struct siftr_check *check, const struct dialect *dialect)
{
	__u64 line = check->reader->line + 1;
	char what[sizeof("a run that ") + DIALECT_IS_BYTES] = "a run that ";

	begin_next_run(check, line);
	dialect_report__describe(dialect, what + strlen(what));
	report_defect(check, line, what, "a run of SIFTR 1.3.0");
	return line_parser__skip_run(check->reader);
}

static bool is_unsupported_header(const char *text, size_t bytes, struct dialect *dialect)
{
	if (strncmp(text, LINE_STARTS_HEADER "=", strlen(LINE_STARTS_HEADER "=")) != 0)
		return false;
	*dialect = dialect__of(text, bytes);
	return !dialect__is_checkable(dialect);
}

/*
 * Skips runs of dialects that cannot be checked. Begins a run if the next lines are data lines that
 * come before their header, as FreeBSD may write them; that header does not begin another run.
 */
static int look_ahead(struct siftr_check *check)
{
	struct dialect dialect;
	const char *text;
	size_t bytes;
	int err = 0;

	for (;;) {
		text = line_parser__peek(check->reader, &bytes);
		if (!text || !is_unsupported_header(text, bytes, &dialect))
			break;
		err = skip_unsupported_run(check, &dialect);
		if (err)
			return err;
	}
	if (!text || check->running || !dialect__is_data_before_header(text, bytes))
		return 0;
	err = begin_run(check);
	if (err)
		return err;
	/*
	 * Treat the run as FreeBSD's, whose notation of addresses differs: only FreeBSD writes
	 * lines before their header.
	 */
	memcpy(check->run.header.sysname, "FreeBSD", sizeof("FreeBSD"));
	check->before_header = true;
	return 0;
}

static bool is_being_written(int fd)
{
	int err = secure_open__lock(fd);

	if (!err)
		secure_open__unlock(fd);
	return err == -EBUSY;
}

static void finish(struct siftr_check *check, const struct line_event *event)
{
	bool has_run = check->running && check->run.line;

	report_missing_footer(check, event->line,
			      has_run && is_being_written(check->reader->input.fd));
	if (event->line == 0 && !check->reader->input.damaged)
		report_defect(check, 1, "an empty log", "a header");
}

int siftr_check__log(struct line_parser *parser, __u32 ppl, const struct diagnostic_sink *sink,
		     struct validate_result *result)
{
	struct siftr_check check = {.ppl = ppl, .sink = *sink, .result = result, .reader = parser};
	struct line_event event;
	int err = 0;

	while (!err) {
		err = look_ahead(&check);
		if (!err)
			err = line_parser__next(parser, &event);
		if (err || event.kind == LINE_END)
			break;
		err = handle_event(&check, &event);
	}
	if (!err)
		finish(&check, &event);
	end_run(&check);
	return err;
}
