// SPDX-License-Identifier: BSD-2-Clause
#include "conversion.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "format/format_cache.h"
#include "read/row_reader.h"

static void fail(const char *what)
{
	fprintf(stderr, "bench: cannot convert: %s\n", what);
	exit(1);
}

static void take(void *context, const struct diagnostic *defect)
{
	(void)context;
	fail(defect->what);
}

/* Makes a log in memory, of a header and the text of the stand. Returns its descriptor. */
static int make_log(const struct stand *stand)
{
	const struct format_start start = {.sysname = "Linux", .sysver = 6001000, .ipmode = 6};
	char header[FORMAT_HEADER_MAX] = "";
	int fd = memfd_create("log", MFD_CLOEXEC);
	size_t bytes;

	format_siftr.header(header, &start);
	bytes = strlen(header);
	if (fd < 0 || write(fd, header, bytes) != (ssize_t)bytes ||
	    write(fd, stand->text, stand->text_bytes) != (ssize_t)stand->text_bytes ||
	    lseek(fd, 0, SEEK_SET) != 0)
		fail("no memory");
	return fd;
}

static __u64 convert(int fd, const struct format *to, int out)
{
	const struct diagnostic_sink sink = {take, take, NULL};
	struct format_cache *cache = format_cache__new(to);
	char *text = malloc(ROW_EVENT_ROWS_MAX * to->line_max), *end;
	struct row_reader *reader = NULL;
	struct row_event event;
	__u64 rows = 0;

	if (!cache || !text || row_reader__open(fd, &sink, &reader))
		fail("no memory");
	do {
		if (row_reader__next(reader, &event))
			fail("a read");
		if (event.kind != ROW_EVENT_ROWS)
			continue;
		end = to->rows(text, cache, event.rows.first, event.rows.count);
		if (write(out, text, (size_t)(end - text)) < 0)
			fail("a write");
		rows += event.rows.count;
	} while (event.kind != ROW_EVENT_END);
	row_reader__close(reader);
	format_cache__free(cache);
	free(text);
	return rows;
}

double conversion__run(const struct stand *stand, const struct format *to)
{
	int fd = make_log(stand);
	__u64 begin_ns = stand__clock_ns(stand), rows = convert(fd, to, stand->fd);
	double ns = (double)(stand__clock_ns(stand) - begin_ns) / (double)rows;

	close(fd);
	return ns;
}
