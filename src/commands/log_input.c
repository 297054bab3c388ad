// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "report/report.h"

int log_input__open(const char *file)
{
	int fd;

	if (!strcmp(file, "-"))
		return STDIN_FILENO;
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return report_error(-errno, "open %s", file);
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return fd;
}

void log_input__close(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}
