// SPDX-License-Identifier: BSD-2-Clause
#include "options/help.h"

#include <stdbool.h>

#include "options/command_table.h"
#include "options/format_names.h"
#include "options/option_table.h"
#include "options/option_text.h"
#include "options/request_table.h"

/* The maximum of an option that has no limit, which is not printed. */
#define UNBOUNDED (~0ULL)

static const char closing[] =
	"\n"
	"Tracing needs root and ends with Ctrl-C, which completes the log and prints the packet\n"
	"accounting. The log is described in siftr-bpf(5).\n"
	"\n"
	"Exit status: 0 clean, 1 failed while running, 2 usage, 3 this host cannot be traced,\n"
	"4 the output cannot be used, 5 with --strict: packets were lost or missed.\n"
	"Of check: 0 all logs are good, 1 defects were found, 2 usage, 4 a log cannot be read.\n"
	"Of repair: 0 all logs are complete now, 1 not all, 2 usage, 4 a log cannot be repaired.\n"
	"Of convert: 0 all is converted, 1 not all, 2 usage, 4 a log or the output cannot be used.\n"
	"Of flows and why: 0 all is read, 1 not all, 2 usage, 4 a log cannot be read.\n"
	"Of diff: 0 compared, 1 a --fail-if failed, or not all is read, 2 usage, 4 a log cannot be read.\n"
	"Of plot: 0 all is plotted, 1 not all, 2 usage, 4 a log or the output cannot be used.\n"
	"Of report: 0 all is read, 1 not all, 2 usage, 4 a log or the output cannot be used.\n"
	"Of ctl: 0 done, 1 refused, or no tracer answers, 2 usage.\n";

static void print_command(FILE *stream, const struct command_row *row)
{
	fprintf(stream, "%s siftr-bpf %-23s %s\n", row == command_table ? "Usage:" : "      ",
		row->synopsis, row->help);
}

static void print_option(FILE *stream, const struct option_row *row)
{
	char text[OPTION_VALUE_BYTES];
	bool is_number =
		row->kind == OPTION_U32 || row->kind == OPTION_U64 || row->kind == OPTION_SIZE;
	int width;

	fprintf(stream, row->letter ? "  -%c, " : "      ", row->letter);
	width = fprintf(stream, "--%s%s%s", row->name, row->metavar ? " " : "",
			row->metavar ? row->metavar : "");
	fprintf(stream, "%*s%s", 18 - width, "", row->help);
	if (is_number && row->max != UNBOUNDED) {
		option_text__value(row, row->min, text);
		fprintf(stream, ", %s", text);
		option_text__value(row, row->max, text);
		fprintf(stream, "..%s", text);
	}
	if (row->initial) {
		option_text__value(row, row->initial, text);
		fprintf(stream, " (default %s)", text);
	}
	fputc('\n', stream);
}

void help__print(FILE *stream)
{
	for (const struct command_row *row = command_table; row->name; row++)
		print_command(stream, row);
	fputc('\n', stream);
	for (const struct option_row *row = option_table; row->name; row++)
		print_option(stream, row);
	fputs("\nRequests of ctl:\n", stream);
	for (const struct request_row *row = request_table; row->name; row++)
		fprintf(stream, "      %-18s%s\n", row->synopsis, row->help);
	fputs("\nFormats:\n", stream);
	for (const struct format_name *row = format_names; row->name; row++)
		fprintf(stream, "      %-18s%s\n", row->name, row->help);
	fputs(closing, stream);
}
