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
	"accounting. The log is described in siftr-bpf(5), and all options in siftr-bpf(8).\n"
	"siftr-bpf COMMAND --help lists the options of one command.\n"
	"\n";

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

static void print_requests(FILE *stream)
{
	fputs("\nRequests of ctl:\n", stream);
	for (const struct request_row *row = request_table; row->name; row++)
		fprintf(stream, "      %-18s%s\n", row->synopsis, row->help);
}

/* The options of all commands, or of one. */
static void print_options(FILE *stream, unsigned int commands)
{
	bool takes_format = false;

	for (const struct option_row *row = option_table; row->name; row++) {
		if (!(row->commands & commands))
			continue;
		print_option(stream, row);
		takes_format |= row->kind == OPTION_FORMAT;
	}
	if (commands & COMMAND_BIT(COMMAND_CTL))
		print_requests(stream);
	if (!takes_format)
		return;
	fputs("\nFormats:\n", stream);
	for (const struct format_name *row = format_names; row->name; row++)
		fprintf(stream, "      %-18s%s\n", row->name, row->help);
}

void help__print(FILE *stream)
{
	for (const struct command_row *row = command_table; row->name; row++)
		print_command(stream, row);
	fputc('\n', stream);
	print_options(stream, ~0U);
	fputs(closing, stream);
	for (const struct command_row *row = command_table; row->name; row++)
		fprintf(stream, "Exit status of %s: %s\n", row->name, row->exit_status);
}

void help__print_command(FILE *stream, const char *name)
{
	const struct command_row *row = command_table__find(name);

	fprintf(stream, "Usage: siftr-bpf %s\n\n%s: %s\n\n", row->synopsis, row->name, row->help);
	print_options(stream, COMMAND_BIT(row->command));
	fprintf(stream, "\nExit status: %s\n", row->exit_status);
	fputs("siftr-bpf(8) says more.\n", stream);
}
