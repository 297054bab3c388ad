// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any bytes as a log to convert. The first byte chooses the format. If it is
 * siftr, a log of SIFTR without defects must give one that is read again without defects, as the
 * same rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "format/format_cache.h"
#include "read/row_reader.h"

/* Enough for a header, a footer without its flow list, or one entry of the flow list. */
#define TEXT_ROOM 1024

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

struct sum {
	__u64 rows, defects;
	__u64 hash; /* of the rows' values */
};

static void take(void *context, const struct diagnostic *defect)
{
	struct sum *sum = context;

	sum->defects++;
	for (size_t i = 0; defect->got && i < defect->got_bytes; i++)
		sum->hash += (unsigned char)defect->got[i];
}

static void must(int condition)
{
	if (!condition)
		abort();
}

static void add(struct sum *sum, const struct row *row)
{
	const __u32 *columns = (const __u32 *)&row->columns;

	for (int i = 0; i < ROW_flowid; i++)
		sum->hash = (sum->hash ^ columns[i]) * 0x100000001b3ULL;
	sum->hash = (sum->hash ^ row->time.seconds ^ row->flowid) * 0x100000001b3ULL;
	sum->hash = (sum->hash ^ row->flow->faddr[1] ^ row->flow->fport) * 0x100000001b3ULL;
	sum->rows++;
}

static void write_rows(const struct format *format, struct format_cache *cache, FILE *out,
		       const struct row_event *event, struct sum *sum)
{
	char *text = malloc(event->rows.count * format->line_max + 1), *end;

	must(text != NULL);
	end = format->rows(text, cache, event->rows.first, event->rows.count);
	must((size_t)(end - text) <= event->rows.count * format->line_max);
	fwrite(text, 1, (size_t)(end - text), out);
	for (size_t i = 0; i < event->rows.count; i++) {
		must(event->rows.first[i].flow_number != 0);
		add(sum, &event->rows.first[i]);
	}
	free(text);
}

static void write_event(const struct format *format, struct format_cache *cache, FILE *out,
			const struct row_event *event, struct sum *sum)
{
	char text[TEXT_ROOM], *end = text;

	if (event->kind == ROW_EVENT_ROWS)
		write_rows(format, cache, out, event, sum);
	else if (event->kind == ROW_EVENT_START && format->header)
		end = format->header(text, &event->start.values);
	else if (event->kind == ROW_EVENT_FOOTER && format->footer)
		end = format->footer(text, event->footer.disabled, &event->footer.totals);
	else if (event->kind == ROW_EVENT_LISTED_FLOW && format->listed_flow)
		end = format->listed_flow(text, &event->listed_flow);
	else if (event->kind == ROW_EVENT_FOOTER_END && format->footer)
		*end++ = '\n';
	fwrite(text, 1, (size_t)(end - text), out);
}

/* Converts the log in `data` to `out`. Returns what kind of a log it is. */
static enum dialect_kind convert(const char *data, size_t bytes, const struct format *format,
				 FILE *out, struct sum *sum)
{
	const struct diagnostic_sink sink = {take, take, sum};
	struct format_cache *cache = format_cache__new(format);
	int fd = memfd_create("log", MFD_CLOEXEC);
	enum dialect_kind kind;
	struct row_reader *reader;
	struct row_event event = {};

	must(cache && fd >= 0 && write(fd, data, bytes) == (ssize_t)bytes);
	must(lseek(fd, 0, SEEK_SET) == 0);
	if (row_reader__open(fd, &sink, &reader) == 0 &&
	    dialect__is_readable(row_reader__dialect(reader))) {
		while (row_reader__next(reader, &event) == 0 && event.kind != ROW_EVENT_END)
			write_event(format, cache, out, &event, sum);
		sum->defects += row_reader__killed_line(reader) != 0;
		sum->defects += row_reader__is_damaged(reader);
	}
	kind = row_reader__dialect(reader)->kind;
	row_reader__close(reader);
	close(fd);
	format_cache__free(cache);
	return kind;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	struct sum first = {}, second = {};
	const struct format *format;
	enum dialect_kind kind;
	char *text = NULL;
	size_t written;
	FILE *out;

	if (!bytes)
		return 0;
	format = formats[data[0] % FORMATS];
	out = open_memstream(&text, &written);
	if (!out)
		abort();
	kind = convert((const char *)data + 1, bytes - 1, format, out, &first);
	fclose(out);
	if (kind == DIALECT_SIFTR && format == &format_siftr && !first.defects) {
		out = fopen("/dev/null", "w");
		if (!out)
			abort();
		convert(text, written, format, out, &second);
		fclose(out);
		must(!second.defects && first.rows == second.rows && first.hash == second.hash);
	}
	free(text);
	return 0;
}
