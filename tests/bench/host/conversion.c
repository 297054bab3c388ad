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
static int make_log(const struct stand *stand, const struct conversion *conversion)
{
	const struct format_start start = {.sysname = "Linux", .sysver = 6001000, .ipmode = 6};
	void (*write_part)(int fd, const char *text, size_t bytes) =
		conversion->gzip ? write_gzip : write_all;
	char header[FORMAT_HEADER_MAX] = "";
	int fd = memfd_create("log", MFD_CLOEXEC);

	format_siftr.header(header, &start);
	if (fd < 0)
		fail("no memory");
	write_part(fd, header, strlen(header));
	for (int i = 0; i <= conversion->more; i++)
		write_part(fd, stand->text, stand->text_bytes);
	if (lseek(fd, 0, SEEK_SET) != 0)
		fail("no memory");
	return fd;
}

/* Reads the log, gives its rows to `use`, and returns how many they are. */
static __u64 read_rows(int fd, void (*use)(void *context, const struct row_event *event),
		       void *context)
{
	const struct diagnostic_sink sink = {take, take, NULL};
	struct row_reader *reader = NULL;
	struct row_event event;
	__u64 rows = 0;

	if (row_reader__open(fd, &sink, &reader))
		fail("no memory");
	do {
		if (row_reader__next(reader, &event))
			fail("a read");
		if (event.kind != ROW_EVENT_ROWS)
			continue;
		use(context, &event);
		rows += event.rows.count;
	} while (event.kind != ROW_EVENT_END);
	row_reader__close(reader);
	return rows;
}

struct converting {
	const struct format *to;
	struct format_cache *cache;
	char *text;
	int out;
};

static void write_rows(void *context, const struct row_event *event)
{
	const struct converting *converting = context;
	const char *end = converting->to->rows(converting->text, converting->cache,
					       event->rows.first, event->rows.count);

	if (write(converting->out, converting->text, (size_t)(end - converting->text)) < 0)
		fail("a write");
}

static __u64 convert(int fd, const struct format *to, int out)
{
	struct converting converting = {to, format_cache__new(to),
					malloc(ROW_EVENT_ROWS_MAX * to->line_max), out};
	__u64 rows;

	if (!converting.cache || !converting.text)
		fail("no memory");
	rows = read_rows(fd, write_rows, &converting);
	format_cache__free(converting.cache);
	free(converting.text);
	return rows;
}

static void add_rows(void *context, const struct row_event *event)
{
	if (analysis__add(context, event->rows.first, event->rows.count))
		fail("no memory");
}

static __u64 analyse(int fd)
{
	struct analysis *analysis = analysis__new(NULL, false);
	__u64 rows;

	if (!analysis)
		fail("no memory");
	rows = read_rows(fd, add_rows, analysis);
	analysis__end(analysis);
	analysis__free(analysis);
	return rows;
}

double conversion__run(const struct stand *stand, const struct conversion *conversion)
{
	int fd = make_log(stand, conversion);
	__u64 begin_ns = stand__clock_ns(stand);
	__u64 rows = conversion->analyse ? analyse(fd)
					 : convert(fd, formats[conversion->format], stand->fd);
	double ns = (double)(stand__clock_ns(stand) - begin_ns) / (double)rows;

	close(fd);
	return ns;
}
