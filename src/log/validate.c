// SPDX-License-Identifier: BSD-2-Clause
/* The order of lines: header, data, footer, and from the beginning again. */
#include "log/validate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "log/reader.h"
#include "log/run.h"

struct validate {
	__u32 ppl;
	struct defect_sink sink;
	struct validate_result *result;
	struct reader reader;
	struct run run;
	bool running;
};

static void complain(struct validate *validate, __u64 line, const char *what, const char *expected)
{
	struct defect defect = {.line = line, .what = what, .expected = expected};

	validate->sink.defect(validate->sink.context, &defect);
}

static int begin_run(struct validate *validate)
{
	int err = run__begin(&validate->run, validate->ppl, &validate->sink);

	validate->running = !err;
	if (err)
		run__end(&validate->run);
	return err;
}

static void end_run(struct validate *validate)
{
	struct validate_result *result = validate->result;
	const struct run *run = &validate->run;

	if (!validate->running)
		return;
	result->lines += run__lines(run);
	result->flows += run->census.nr_flows;
	result->in_part += run->in_part;
	if (run->steps_back && !result->steps_back)
		result->first_step_line = run->first_step_line;
	result->steps_back += run->steps_back;
	if (run->largest_step_us > result->largest_step_us)
		result->largest_step_us = run->largest_step_us;
	run__end(&validate->run);
	validate->running = false;
}

/* A run that ended without a footer, found out at `line`. */
static void complain_killed(struct validate *validate, __u64 line)
{
	char what[96];

	/* A run without a header has been complained about already. */
	if (!validate->running || !validate->run.line)
		return;
	snprintf(what, sizeof(what), "no footer: the run that began in line %llu was killed",
		 validate->run.line);
	complain(validate, line, what, NULL);
}

static int take_header(struct validate *validate, const struct reader_event *event)
{
	int err;

	complain_killed(validate, event->line);
	end_run(validate);
	err = begin_run(validate);
	validate->run.line = event->line;
	validate->run.header = event->header;
	validate->result->runs++;
	return err;
}

/* Lines before the first header or behind a footer are said once, then judged as a run. */
static int begin_headless(struct validate *validate, const struct reader_event *event)
{
	if (validate->running)
		return 0;
	complain(validate, event->line,
		 event->kind == READER_FOOTER ? "a footer where a run should begin"
					      : "a data line where a run should begin",
		 "a header");
	return begin_run(validate);
}

static int take(struct validate *validate, const struct reader_event *event)
{
	int err;

	switch (event->kind) {
	case READER_HEADER:
		return take_header(validate, event);
	case READER_DATA:
		err = begin_headless(validate, event);
		return err ? err : run__data(&validate->run, event);
	case READER_BAD_DATA:
		err = begin_headless(validate, event);
		if (!err)
			run__bad_data(&validate->run, event);
		return err;
	case READER_FOOTER:
		err = begin_headless(validate, event);
		if (!err)
			run__footer(&validate->run, event);
		return err;
	case READER_TUPLE:
		return run__tuple(&validate->run, event);
	case READER_FOOTER_END:
		run__footer_end(&validate->run, event);
		end_run(validate);
		return 0;
	case READER_UNKNOWN:
	case READER_END:
		break;
	}
	return 0;
}

static void finish(struct validate *validate, const struct reader_event *event)
{
	complain_killed(validate, event->line);
	if (event->line == 0)
		complain(validate, 1, "an empty log", "a header");
}

int validate__log(int fd, __u32 ppl, const struct defect_sink *sink, struct validate_result *result)
{
	struct validate validate = {.ppl = ppl, .sink = *sink, .result = result};
	struct reader_event event;
	int err = reader__open(&validate.reader, fd, sink);

	*result = (struct validate_result){};
	while (!err) {
		err = reader__next(&validate.reader, &event);
		if (err || event.kind == READER_END)
			break;
		err = take(&validate, &event);
	}
	if (!err)
		finish(&validate, &event);
	end_run(&validate);
	reader__close(&validate.reader);
	return err;
}
