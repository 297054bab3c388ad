// SPDX-License-Identifier: BSD-2-Clause
/*
 * Parses /sys/kernel/btf/vmlinux on first use. There is no lock, because only the main thread
 * asks.
 */
#include "capture/kernel_btf.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct btf *parsed;

/*
 * Reads up to `bytes`; returns how many, or a negative errno. sysfs returns a page for each call,
 * whatever is asked for, so it is asked for a page: valgrind looks at every byte of a buffer, and
 * for one of all that is left it would do so a thousand times.
 */
static ssize_t read_pages(int fd, char *text, size_t bytes)
{
	size_t filled = 0;

	while (filled < bytes) {
		const size_t page = 4096, left = bytes - filled;
		ssize_t n = read(fd, text + filled, left < page ? left : page);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		filled += (size_t)n;
	}
	return (ssize_t)filled;
}

/* btf__parse_raw() of an open file, but for how it is read. */
static int parse(int fd)
{
	struct stat status;
	ssize_t bytes;
	char *text;
	int err = 0;

	if (fstat(fd, &status))
		return -errno;
	text = malloc((size_t)status.st_size);
	if (!text)
		return -ENOMEM;
	bytes = read_pages(fd, text, (size_t)status.st_size);
	if (bytes >= 0)
		parsed = btf__new(text, (__u32)bytes);
	if (!parsed)
		err = bytes < 0 ? (int)bytes : -errno;
	free(text);
	return err;
}

int kernel_btf__get(const struct btf **btf)
{
	int err = 0;

	if (!parsed) {
		int fd = open(KERNEL_BTF_PATH, O_RDONLY | O_CLOEXEC);

		err = fd < 0 ? -errno : parse(fd);
		if (fd >= 0)
			close(fd);
	}
	*btf = parsed;
	return err;
}

void kernel_btf__free(void)
{
	btf__free(parsed);
	parsed = NULL;
}
