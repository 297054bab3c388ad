// SPDX-License-Identifier: BSD-2-Clause
#include "report/diagnostic.h"

#include <stdio.h>

#include "report/report.h"
#include "report/text.h"

#define GOT_BYTES_SHOWN 60

void diagnostic__defect(const struct diagnostic_sink *sink, const struct diagnostic *defect)
{
	if (sink->defect)
		sink->defect(sink->context, defect);
}

void diagnostic__note(const struct diagnostic_sink *sink, const struct diagnostic *note)
{
	if (sink->note)
		sink->note(sink->context, note);
}

/*
 * Prints what the log contains at this place, with bytes escaped
 * that could control the terminal.
 */
static void print_got(FILE *stream, const char *text, size_t bytes)
{
	size_t shown = bytes > GOT_BYTES_SHOWN ? GOT_BYTES_SHOWN : bytes;

	fputs(", got '", stream);
	for (size_t i = 0; i < shown; i++) {
		if (text[i] >= ' ' && text[i] <= '~')
			fputc(text[i], stream);
		else
			fprintf(stream, "\\x%02x", (unsigned char)text[i]);
	}
	fputs(shown < bytes ? "...'" : "'", stream);
}

void diagnostic__print(const struct diagnostic *diagnostic, const char *file, const char *kind)
{
	FILE *stream = report_stream();

	text__print(stream, file);
	fprintf(stream, ":%llu: %s", diagnostic->line, kind);
	if (diagnostic->unit)
		fprintf(stream, "%s %u (%s)", diagnostic->unit, diagnostic->number,
			diagnostic->name);
	if (diagnostic->entry)
		fprintf(stream, " entry %llu", diagnostic->entry);
	fprintf(stream, "%s%s", diagnostic->unit ? ": " : "", diagnostic->what);
	if (diagnostic->got)
		print_got(stream, diagnostic->got, diagnostic->got_bytes);
	if (diagnostic->expected)
		fprintf(stream, ", expected %s", diagnostic->expected);
	fputc('\n', stream);
}
