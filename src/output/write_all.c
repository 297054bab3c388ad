// SPDX-License-Identifier: BSD-2-Clause
#include "output/write_all.h"

#include <errno.h>
#include <unistd.h>

int write_all(int fd, const char *text, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		ssize_t n = write(fd, text + done, bytes - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return 0;
}
