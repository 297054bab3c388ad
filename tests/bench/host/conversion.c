// SPDX-License-Identifier: BSD-2-Clause
#define ZLIB_CONST /* input is const */
#include <zlib.h>

#include "conversion.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyse/analysis.h"
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

static void write_all(int fd, const char *text, size_t bytes)
{
	if (write(fd, text, bytes) != (ssize_t)bytes)
		fail("no memory");
}

static void write_gzip(int fd, const char *text, size_t bytes)
{
	z_stream gzip = {.next_in = (const unsigned char *)text, .avail_in = (unsigned int)bytes};
	char packed[65536];

	if (deflateInit2(&gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, 0) != Z_OK)
		fail("no memory");
	do {
		gzip.next_out = (unsigned char *)packed;
		gzip.avail_out = sizeof(packed);
		deflate(&gzip, Z_FINISH);
		write_all(fd, packed, sizeof(packed) - gzip.avail_out);
	} while (!gzip.avail_out);
	deflateEnd(&gzip);
}

/* Makes a log in memory, of a header and the text of the stand. Returns its descriptor. */
static int make_log(const struct stand *stand, bool gzip)
{
	const struct format_start start = {.sysname = "Linux", .sysver = 6001000, .ipmode = 6};
	void (*write_part)(int fd, const char *text, size_t bytes) = gzip ? write_gzip : write_all;
	char header[FORMAT_HEADER_MAX] = "";
	int fd = memfd_create("log", MFD_CLOEXEC);

	format_siftr.header(header, &start);
	if (fd < 0)
		fail("no memory");
	write_part(fd, header, strlen(header));
	write_part(fd, stand->text, stand->text_bytes);
	if (lseek(fd, 0, SEEK_SET) != 0)
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

static __u64 analyse(int fd)
{
	const struct diagnostic_sink sink = {take, take, NULL};
	struct analysis *analysis = analysis__new(NULL, false);
	struct row_reader *reader = NULL;
	struct row_event event;
	__u64 rows = 0;

	if (!analysis || row_reader__open(fd, &sink, &reader))
		fail("no memory");
	do {
		if (row_reader__next(reader, &event))
			fail("a read");
		if (event.kind != ROW_EVENT_ROWS)
			continue;
		if (analysis__add(analysis, event.rows.first, event.rows.count))
			fail("no memory");
		rows += event.rows.count;
	} while (event.kind != ROW_EVENT_END);
	analysis__end(analysis);
	row_reader__close(reader);
	analysis__free(analysis);
	return rows;
}

double conversion__run(const struct stand *stand, const struct conversion *conversion)
{
	int fd = make_log(stand, conversion->gzip);
	__u64 begin_ns = stand__clock_ns(stand);
	__u64 rows = conversion->analyse ? analyse(fd)
					 : convert(fd, formats[conversion->format], stand->fd);
	double ns = (double)(stand__clock_ns(stand) - begin_ns) / (double)rows;

	close(fd);
	return ns;
}
