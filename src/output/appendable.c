// SPDX-License-Identifier: BSD-2-Clause
#include "output/appendable.h"

#include <errno.h>
#include <string.h>

#include "read/dialect_report.h"
#include "read/file_beginning.h"
#include "report/report.h"

int appendable__require(int fd, const char *path, const struct format *format)
{
	char text[FORMAT_HEADER_MAX];
	size_t bytes, wanted;
	int err;

	if (format->siftrver)
		return dialect_report__require(fd, path, format->siftrver);
	wanted = strlen(format->begins);
	err = file_beginning__read(fd, text, wanted, &bytes);
	if (err)
		return report_error(err, "see whether %s is a log in the format %s", path,
				    format->name);
	/* A killed run can have left part of it. */
	if (!memcmp(text, format->begins, bytes))
		return 0;
	report_message("cannot open %s for the log: it does not begin as the format %s does; name "
		       "another file, or move it away",
		       path, format->name);
	return -EBADMSG;
}
