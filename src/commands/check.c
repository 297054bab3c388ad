// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf check`: reports the defects of each log with their line numbers to stderr, the first
 * 20 of a file one by one, the others as a number; and the verdict on each file to stdout.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include <siftr/sampling.h>

#include "commands/commands.h"
#include "commands/findings.h"
#include "commands/log_input.h"
#include "check/validate.h"
#include "read/dialect_report.h"
#include "report/plural.h"
#include "repair/compressed_log.h"
#include "report/report.h"
#include "report/text.h"

static void print_number(__u64 number, const char *what)
{
	printf("%llu %s%s", number, what, plural__ending(number));
}

static const char *form_of(enum dialect_kind kind)
{
	switch (kind) {
	case DIALECT_SIFTR_1_2:
		return "SIFTR ";
	case DIALECT_SIFTR_2:
		return "siftr2 text ";
	case DIALECT_SIFTR_2_BINARY:
		return "siftr2 binary ";
	default:
		return "";
	}
}

/* Prints the version of a log if it is not SIFTR 1.3.0, and its compression if it has one. */
static void print_form(const struct validate_result *result)
{
	const char *form = form_of(result->dialect.kind);

	if (*form)
		printf("%s%s%s", form, result->dialect.version, result->compression ? ", " : ": ");
	if (result->compression)
		printf("%s: ", result->compression);
}

static void print_verdict(const struct findings *findings, const struct validate_result *result)
{
	text__print(stdout, findings->file);
	fputs(": ", stdout);
	print_form(result);
	print_number(result->runs, "run");
	fputs(", ", stdout);
	print_number(result->lines, "line");
	fputs(", ", stdout);
	print_number(result->flows, "flow");
	fputs(": ", stdout);
	if (findings->defects)
		print_number(findings->defects, "defect");
	else
		fputs("good", stdout);
	if (result->sampled_runs && !findings->defects)
		fputs(", fewer lines than packets: consistent with a ppl above 1", stdout);
	putchar('\n');
	report_flush();
}

/*
 * Reports several zstd frames without a seek table, which is what a killed run leaves, if repair
 * would write it. That needs frames as siftr-bpf writes them: others are of zstd(1) and its like.
 */
static void report_missing_seek_table(const char *file, int fd,
				      const struct validate_result *result)
{
	struct compressed_log log;

	if (result->seek_table.state != SEEK_TABLE_NONE || result->seek_table.frames < 2)
		return;
	if (!compressed_log__plan(&log, fd, AT_FDCWD) && log.needs_table)
		report_notice("%s: %llu zstd frames and no seek table, as after a kill: siftr-bpf "
			      "repair writes it",
			      file, result->seek_table.frames);
	compressed_log__free(&log);
}

static int check_open_file(const char *file, int fd, __u32 ppl)
{
	struct findings findings = {.file = file};
	const struct diagnostic_sink sink = findings__sink(&findings);
	struct validate_result result;
	int err = validate__log(fd, ppl, &sink, &result);

	findings__print_rest(&findings);
	if (err) {
		report_error(err, "read %s", file);
		return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
	}
	if (!dialect__is_checkable(&result.dialect)) {
		dialect_report__error(&result.dialect, file, DIALECT_TO_CHECK);
		return EXIT_OUTPUT;
	}
	if (result.steps_back.count)
		report_notice("%s: time steps back %llu time%s, by %llu us at most, first in line "
			      "%llu: allowed",
			      file, result.steps_back.count,
			      plural__ending(result.steps_back.count), result.steps_back.largest_us,
			      result.steps_back.first_line);
	report_missing_seek_table(file, fd, &result);
	print_verdict(&findings, &result);
	return findings.defects ? EXIT_FAILED : EXIT_CLEAN;
}

static int check_file(const char *file, __u32 ppl)
{
	int fd = log_input__open(file), status;

	if (fd < 0)
		return EXIT_OUTPUT;
	status = check_open_file(file, fd, ppl);
	log_input__close(fd);
	return status;
}

/* The ppl that the logs were made with, 0 if it is not known. */
static __u32 known_ppl(const struct options *options)
{
	if (options->sampled)
		return SIFTR_NO_PPL;
	return options->ppl_given ? options->ppl : 0;
}

int command_check(const struct options *options)
{
	int worst = EXIT_CLEAN;

	for (int i = 0; i < options->nr_files; i++) {
		int status = check_file(options->files[i], known_ppl(options));

		if (status > worst)
			worst = status;
	}
	return report_flush() ? EXIT_OUTPUT : worst;
}
