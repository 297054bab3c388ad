// SPDX-License-Identifier: BSD-2-Clause
/* The order of lines: header, data, footer, and from the beginning again. */
#include "check/validate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "output/secure_open.h"
#include "read/line_parser.h"
#include "check/log_run.h"

/* Of headers alone. */
#define HEADER_START "enable_time_secs="

struct validate {
	__u32 ppl;
	struct defect_sink sink;
	struct validate_result *result;
	struct line_parser reader;
	struct log_run run;
	bool running;
	bool early; /* lines of the run whose header comes later */
};

static void report_defect(struct validate *validate, __u64 line, const char *what,
			  const char *expected)
{
	struct diagnostic defect = {.line = line, .what = what, .expected = expected};

	validate->sink.defect(validate->sink.context, &defect);
}

static int begin_run(struct validate *validate)
{
	int err = log_run__begin(&validate->run, validate->ppl, &validate->sink);

	validate->running = !err;
	if (err)
		log_run__end(&validate->run);
	return err;
}

static void end_run(struct validate *validate)
{
	struct validate_result *result = validate->result;
	const struct log_run *run = &validate->run;

	if (!validate->running)
		return;
	log_run__tell_rest(run);
	result->lines += log_run__lines(run);
	result->flows += log_run__flows(run);
	result->in_part += run->in_part;
	if (run->steps_back && !result->steps_back)
		result->first_step_line = run->first_step_line;
	result->steps_back += run->steps_back;
	if (run->largest_step_us > result->largest_step_us)
		result->largest_step_us = run->largest_step_us;
	log_run__end(&validate->run);
	validate->running = validate->early = false;
}

/* A run that ended without a footer, found out at `line`. */
static void report_unended(struct validate *validate, __u64 line, bool being_written)
{
	char what[96];

	/* A run without a header has been reported already. */
	if (!validate->running || !validate->run.line)
		return;
	snprintf(what, sizeof(what), "no footer: the run that began in line %llu %s",
		 validate->run.line,
		 being_written ? "is being written" : "was killed, or its end is missing");
	report_defect(validate, line, what, NULL);
}

/* Ends what comes before a header in `line`. */
static void leave_run(struct validate *validate, __u64 line)
{
	report_unended(validate, line, false);
	end_run(validate);
	validate->result->runs++;
}

static void report_early(struct validate *validate, __u64 line)
{
	__u64 lines = log_run__lines(&validate->run);
	char what[160];

	snprintf(what, sizeof(what),
		 "%llu data line%s before the header of their run, as FreeBSD's SIFTR may write "
		 "them when it is switched on",
		 lines, lines == 1 ? "" : "s");
	report_defect(validate, line - lines, what, NULL);
}

static int take_header(struct validate *validate, const struct line_event *event)
{
	int err = 0;

	if (validate->early) {
		report_early(validate, event->line);
		validate->early = false;
		validate->result->runs++;
	} else {
		leave_run(validate, event->line);
		err = begin_run(validate);
	}
	validate->run.line = event->line;
	validate->run.header = event->header;
	return err;
}

/* Lines before the first header or behind a footer are said once, then judged as a run. */
static int begin_headless(struct validate *validate, const struct line_event *event)
{
	if (validate->running)
		return 0;
	report_defect(validate, event->line,
		      event->kind == LINE_FOOTER ? "a footer where a run should begin"
						 : "a data line where a run should begin",
		      "a header");
	return begin_run(validate);
}

static int take(struct validate *validate, const struct line_event *event)
{
	int err;

	switch (event->kind) {
	case LINE_HEADER:
		return take_header(validate, event);
	case LINE_DATA:
		err = begin_headless(validate, event);
		return err ? err : log_run__data(&validate->run, event);
	case LINE_BAD_DATA:
		err = begin_headless(validate, event);
		if (!err)
			log_run__bad_data(&validate->run, event);
		return err;
	case LINE_FOOTER:
		err = begin_headless(validate, event);
		if (!err)
			log_run__footer(&validate->run, event);
		return err;
	case LINE_TUPLE:
		return log_run__tuple(&validate->run, event);
	case LINE_FOOTER_END:
		log_run__footer_end(&validate->run, event);
		end_run(validate);
		return 0;
	case LINE_UNKNOWN:
		/* The footer has been reported: the run was not killed before it. */
		if (event->footer_cut)
			end_run(validate);
		return 0;
	case LINE_END:
		break;
	}
	return 0;
}

/* A whole run of another kind behind one of SIFTR 1.3.0 is one defect. */
static int pass_over(struct validate *validate, const struct dialect *dialect)
{
	__u64 line = validate->reader.line + 1;
	char what[160] = "a run that ";
	size_t bytes = strlen(what);

	leave_run(validate, line);
	dialect__describe(dialect, what + bytes, sizeof(what) - bytes);
	report_defect(validate, line, what, "a run of SIFTR 1.3.0");
	return line_parser__skip_run(&validate->reader);
}

/* Whether a header of another kind comes next. */
static bool is_foreign(const char *text, size_t bytes, struct dialect *dialect)
{
	if (strncmp(text, HEADER_START, strlen(HEADER_START)) != 0)
		return false;
	*dialect = dialect__of(text, bytes);
	return !dialect__is_read(dialect);
}

/* What can only be told from the lines to come. */
static int look_ahead(struct validate *validate)
{
	struct dialect dialect;
	const char *text;
	size_t bytes;
	int err = 0;

	for (;;) {
		text = line_parser__peek(&validate->reader, &bytes);
		if (!text || !is_foreign(text, bytes, &dialect))
			break;
		err = pass_over(validate, &dialect);
		if (err)
			return err;
	}
	if (!text || validate->running || !dialect__is_early_data(text, bytes))
		return 0;
	err = begin_run(validate);
	if (err)
		return err;
	/* Addresses are written in its way. */
	memcpy(validate->run.header.sysname, "FreeBSD", sizeof("FreeBSD"));
	validate->early = true;
	return 0;
}

static bool is_being_written(int fd)
{
	int err = secure_open__lock(fd);

	if (!err)
		secure_open__unlock(fd);
	return err == -EBUSY;
}

static void finish(struct validate *validate, const struct line_event *event)
{
	bool unended = validate->running && validate->run.line;

	report_unended(validate, event->line,
		       unended && is_being_written(validate->reader.input.fd));
	if (event->line == 0)
		report_defect(validate, 1, "an empty log", "a header");
}

/* The beginning decides whether it is read at all. */
static int recognise(struct validate *validate)
{
	size_t bytes;
	const char *text;
	int err = buffered_reader__fill(&validate->reader.input);

	if (err)
		return err;
	text = line_parser__peek(&validate->reader, &bytes);
	validate->result->dialect = dialect__of(text, bytes);
	return 0;
}

int validate__log(int fd, __u32 ppl, const struct defect_sink *sink, struct validate_result *result)
{
	struct validate validate = {.ppl = ppl, .sink = *sink, .result = result};
	struct line_event event;
	int err = line_parser__open(&validate.reader, fd, sink);

	*result = (struct validate_result){};
	if (!err)
		err = recognise(&validate);
	if (err || !dialect__is_read(&result->dialect)) {
		line_parser__close(&validate.reader);
		return err;
	}
	while (!err) {
		err = look_ahead(&validate);
		if (!err)
			err = line_parser__next(&validate.reader, &event);
		if (err || event.kind == LINE_END)
			break;
		err = take(&validate, &event);
	}
	if (!err)
		finish(&validate, &event);
	end_run(&validate);
	line_parser__close(&validate.reader);
	return err;
}
