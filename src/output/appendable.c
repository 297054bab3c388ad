// SPDX-License-Identifier: BSD-2-Clause
#include "output/appendable.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "output/frame_scan.h"
#include "read/dialect_report.h"
#include "read/file_beginning.h"
#include "report/report.h"

/*
 * How much of a file's beginning is read and compared: there is room for a header with the names of
 * all columns and fields, and for the bytes by which a dialect is recognised.
 */
#define APPENDABLE_BYTES 8192

_Static_assert(APPENDABLE_BYTES >= DIALECT_BYTES, "the dialect is recognised");

static int reject(const char *path, const char *why)
{
	report_message("cannot open %s for the log: it %s; name another file, or move it away",
		       path, why);
	return -EBADMSG;
}

static int reject_further_run(const char *path, const struct format *format)
{
	char why[96];

	snprintf(why, sizeof(why), "is not empty, and the format %s has one run a file",
		 format->name);
	return reject(path, why);
}

/* Writes the text with which a file of `format` begins; returns its length in bytes. */
static size_t write_beginning(char out[APPENDABLE_BYTES], const struct format *format)
{
	const struct format_start start = {.selection = format->selection};

	if (!format->begins)
		return (size_t)(format->header(out, &start) - out);
	return (size_t)(stpcpy(out, format->begins) - out);
}

static int require_beginning(const char *text, size_t bytes, const char *path,
			     const struct format *format)
{
	char why[64], wanted[APPENDABLE_BYTES];
	size_t wanted_bytes;

	if (format->siftrver)
		return dialect_report__require(text, bytes, path, format->siftrver);
	wanted_bytes = write_beginning(wanted, format);
	/*
	 * A killed run can have left a part of the beginning only: that must agree as far as it
	 * goes.
	 */
	if (!memcmp(text, wanted, bytes < wanted_bytes ? bytes : wanted_bytes))
		return 0;
	snprintf(why, sizeof(why), "does not begin as the format %s does", format->name);
	return reject(path, why);
}

int appendable__require(int fd, const char *path, const struct format *format, bool is_zstd)
{
	char text[APPENDABLE_BYTES];
	size_t bytes;
	int err;

	if (format->one_run)
		return reject_further_run(path, format);
	err = is_zstd ? frame_scan__beginning(fd, text, sizeof(text), &bytes)
		      : file_beginning__read(fd, text, sizeof(text), &bytes);

	if (err == -EBADMSG)
		return reject(path, "is not compressed by zstd");
	if (err)
		return report_error(err, "see whether %s is a log in the format %s", path,
				    format->name);
	return require_beginning(text, bytes, path, format);
}
