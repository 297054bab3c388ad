// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf convert`: streams logs into another format. All of a log that can be read is
 * converted; if its end is missing, or lines of it had to be left out or got another time, the exit
 * status is 1.
 */
#include <errno.h>
#include <stdio.h>

#include "commands/commands.h"
#include "commands/convert_run.h"
#include "commands/findings.h"
#include "commands/log_fields.h"
#include "commands/log_input.h"
#include "commands/log_rows.h"
#include "convert/field_table.h"
#include "format/format_cache.h"
#include "format/format_needs.h"
#include "read/row_reader.h"
#include "report/plural.h"
#include "report/report.h"

static const struct log_rows_words words = {"convert", "converted", DIALECT_TO_CONVERT};

struct convert {
	const struct options *options;
	struct log_fields fields;
	struct convert_run
		run; /* run.to is the format in `fields`; run.cache is NULL before the first log */
	struct convert_output output;
};

/* Reports that a log has one run more than a file of the format can hold. Returns -EEXIST. */
static int report_further_run(const struct convert *convert, const struct row_event *event,
			      const char *file)
{
	report_message("%s: a run begins in line %llu, and the format %s has one run a file: it "
		       "and what follows was not converted",
		       file, event->line, convert->run.to->name);
	return -EEXIST;
}

/*
 * Converts the log. 0, the negative errno of reading, not reported, or -EEXIST, reported, if the
 * format cannot hold a further run. An error of writing is in convert->output.error.
 */
static int write_events(struct convert *convert, const char *file, struct row_reader *reader)
{
	struct row_event event;
	int err;

	do {
		err = row_reader__next(reader, &event);
		if (!err && convert_run__write(&convert->run, &event))
			err = report_further_run(convert, &event, file);
	} while (!err && event.kind != ROW_EVENT_END && !convert->output.error);
	return err;
}

/*
 * Whether the log has every column and field that the format needs; reports the first missing one.
 */
static bool has_all_needs(const struct convert *convert, const char *file,
			  struct row_reader *reader)
{
	__u64 present[ROW_FIELDS_MAX / 64];
	const char *missing;

	row_reader__fields(reader, present);
	missing = format_needs__missing(convert->run.to, row_reader__absent(reader), present);
	if (missing)
		report_message("%s has no %s, which %s needs: nothing was converted", file, missing,
			       convert->run.to->name);
	return !missing;
}

/* Reports the rows that were left out, or have another time. Returns whether there are any. */
static bool report_rows(const struct convert *convert, const char *file)
{
	__u64 incomplete = convert->run.incomplete_rows, early = convert->run.cache->early_rows;

	if (incomplete)
		report_message("%s: %llu row%s left out: no %s, which %s needs", file, incomplete,
			       plural__ending(incomplete), convert->run.missing,
			       convert->run.to->name);
	if (early)
		report_message("%s: %llu row%s earlier than the run's beginning or first row, "
			       "which %s cannot say: the time written is not theirs; sort a "
			       "table by time first",
			       file, early, early == 1 ? " is" : "s are", convert->run.to->name);
	return incomplete || early;
}

/*
 * Whether the output has every field of this log, where the first log has decided which fields it
 * has; reports the first field that it lacks. Always true if --fields chooses the fields or the
 * format has none.
 */
static bool fits_selection(const struct convert *convert, const char *file,
			   const __u64 present[ROW_FIELDS_MAX / 64])
{
	for (int field = 0; !convert->options->fields && field < SIFTR_FIELDS; field++) {
		if (!(present[field / 64] >> field % 64 & 1) || !convert->run.to->select ||
		    selection__has(&convert->fields.selection, field))
			continue;
		report_message("%s has the field %s, which the logs before it have not: name the "
			       "fields with --fields",
			       file, field_table[field].name);
		return false;
	}
	return true;
}

/*
 * Chooses the fields to write: those of --fields, else those of the first log, and then later logs
 * may have no others. Returns an exit code; a failure is reported.
 */
static int choose_fields(struct convert *convert, const char *file, struct row_reader *reader)
{
	__u64 present[ROW_FIELDS_MAX / 64];

	row_reader__fields(reader, present);
	if (convert->run.cache)
		return fits_selection(convert, file, present) ? EXIT_CLEAN : EXIT_OUTPUT;
	log_fields__choose(&convert->fields, formats[convert->options->to],
			   convert->options->fields, present);
	convert->run.to = &convert->fields.format;
	convert->run.cache = format_cache__new(convert->run.to);
	if (convert->run.cache)
		return EXIT_CLEAN;
	report_error(-ENOMEM, "convert");
	return EXIT_FAILED;
}

static int convert_log(struct convert *convert, const char *file, struct row_reader *reader,
		       const struct findings *findings)
{
	int err, status;
	bool is_good;

	status = choose_fields(convert, file, reader);
	if (status)
		return status;
	if (!has_all_needs(convert, file, reader))
		return EXIT_OUTPUT;
	format_cache__forget_flows(convert->run.cache);
	convert->run.incomplete_rows = convert->run.cache->early_rows = 0;
	err = write_events(convert, file, reader);
	findings__print_rest(findings);
	if (err == -EEXIST)
		return EXIT_FAILED;
	if (err) {
		report_error(err, "read %s", file);
		return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
	}
	if (convert->output.error)
		return EXIT_FAILED;
	is_good = !report_rows(convert, file);
	status = log_rows__end(&words, file, reader, findings->defects);
	return is_good ? status : EXIT_FAILED;
}

static int convert_open_file(struct convert *convert, const char *file, int fd)
{
	struct findings findings = {.file = file};
	const struct diagnostic_sink sink = findings__sink(&findings);
	struct row_reader *reader;
	int status = log_rows__open(&words, file, fd, &sink, &reader);

	if (!status)
		status = convert_log(convert, file, reader, &findings);
	row_reader__close(reader);
	return status;
}

static int convert_file(struct convert *convert, const char *file)
{
	int fd = log_input__open(file), status;

	if (fd < 0)
		return EXIT_OUTPUT;
	status = convert_open_file(convert, file, fd);
	log_input__close(fd);
	return status;
}

static int convert_files(struct convert *convert, const struct options *options)
{
	int worst = EXIT_CLEAN, err;

	for (int i = 0; i < options->nr_files && !convert->output.error; i++) {
		int status = convert_file(convert, options->files[i]);

		if (status > worst)
			worst = status;
	}
	err = convert_output__close(&convert->output);
	/* A reader that leaves by itself, as head(1) does, has had enough. */
	if (err == -EPIPE)
		return EXIT_CLEAN;
	return err ? EXIT_FAILED : worst;
}

int command_convert(const struct options *options)
{
	struct convert convert = {.options = options, .run.output = &convert.output};
	const struct log_encoding encoding = {formats[options->to], options->zstd};
	int status = EXIT_OUTPUT;

	if (log_fields__choose(&convert.fields, formats[options->to], options->fields, NULL))
		return EXIT_USAGE;
	if (!convert_output__open(&convert.output, options->output, &encoding))
		status = convert_files(&convert, options);
	format_cache__free(convert.run.cache);
	return report_flush() ? EXIT_OUTPUT : status;
}
