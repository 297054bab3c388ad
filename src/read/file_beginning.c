// SPDX-License-Identifier: BSD-2-Clause
#include "read/file_beginning.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int file_beginning__reader(int fd)
{
	char link[64];
	int reader;

	/*
	 * Reopens the file through its descriptor, because its name may be that of another file by
	 * now.
	 */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	reader = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (reader < 0)
		return -errno;
	return reader;
}

int file_beginning__read_at(int fd, __u64 offset, char *text, size_t max, size_t *bytes)
{
	for (*bytes = 0; *bytes < max;) {
		ssize_t n = pread(fd, text + *bytes, max - *bytes, (off_t)(offset + *bytes));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		*bytes += (size_t)n;
	}
	return 0;
}

int file_beginning__read(int fd, char *text, size_t max, size_t *bytes)
{
	int err = file_beginning__read_at(fd, 0, text, max, bytes), reader;

	if (err != -EBADF)
		return err;
	reader = file_beginning__reader(fd);
	if (reader < 0)
		return reader;
	err = file_beginning__read_at(reader, 0, text, max, bytes);
	close(reader);
	return err;
}
