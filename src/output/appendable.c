// SPDX-License-Identifier: BSD-2-Clause
#include "output/appendable.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "output/frame_scan.h"
#include "read/dialect_report.h"
#include "read/file_beginning.h"
#include "report/report.h"

static int reject(const char *path, const char *why)
{
	report_message("cannot open %s for the log: it %s; name another file, or move it away",
		       path, why);
	return -EBADMSG;
}

static int require_beginning(const char *text, size_t bytes, const char *path,
			     const struct format *format)
{
	char why[64];

	if (format->siftrver)
		return dialect_report__require(text, bytes, path, format->siftrver);
	if (bytes > strlen(format->begins))
		bytes = strlen(format->begins);
	/* A killed run can have left part of it. */
	if (!memcmp(text, format->begins, bytes))
		return 0;
	snprintf(why, sizeof(why), "does not begin as the format %s does", format->name);
	return reject(path, why);
}

int appendable__require(int fd, const char *path, const struct format *format, bool is_zstd)
{
	char text[DIALECT_BYTES];
	size_t bytes;
	int err = is_zstd ? frame_scan__beginning(fd, text, sizeof(text), &bytes)
			  : file_beginning__read(fd, text, sizeof(text), &bytes);

	if (err == -EBADMSG)
		return reject(path, "is not compressed by zstd");
	if (err)
		return report_error(err, "see whether %s is a log in the format %s", path,
				    format->name);
	return require_beginning(text, bytes, path, format);
}
