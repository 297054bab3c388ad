// SPDX-License-Identifier: BSD-2-Clause
#include "commands/report_manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "read/file_beginning.h"
#include "report/report.h"

#define MANIFEST_MAX (1 << 20)

int report_manifest__read(const char *file, char **text)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), err;
	size_t bytes = 0;

	if (fd < 0)
		return report_error(-errno, "read %s", file);
	*text = malloc(MANIFEST_MAX + 2);
	err = *text ? file_beginning__read(fd, *text, MANIFEST_MAX + 1, &bytes) : -ENOMEM;
	close(fd);
	if (err) {
		report_error(err, "read %s", file);
	} else if (bytes > MANIFEST_MAX) {
		report_message("%s is larger than 1 MiB: it is no manifest", file);
		err = -EFBIG;
	} else {
		(*text)[bytes] = '\0';
		return 0;
	}
	free(*text);
	*text = NULL;
	return err;
}
