// SPDX-License-Identifier: BSD-2-Clause
#include "commands/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/log_path.h"
#include "output/replacement.h"
#include "report/report.h"

/* The bytes that tell kinds of files apart: "<!DO", "<svg", "%PDF". */
#define KIND_BYTES 4

/*
 * Whether the file may be replaced: it is not there, no regular file, empty, or of the same kind.
 * What cannot be opened here is reported by what writes.
 */
static bool is_replaceable(const struct log_path *path, const char *text, size_t bytes)
{
	int fd = openat(path->directory_fd, path->name,
			O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	char old[KIND_BYTES] = "";
	struct stat status;
	ssize_t got = 0;

	if (fd < 0)
		return true;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode))
		got = pread(fd, old, sizeof(old), 0);
	close(fd);
	return got <= 0 || ((size_t)got <= bytes && !memcmp(old, text, (size_t)got));
}

int replace_file__write(const char *file, const char *use, const char *text, size_t bytes)
{
	struct replacement replacement;
	struct log_path path;
	int err = log_path__find(&path, file, use);

	if (err)
		return err;
	if (!is_replaceable(&path, text, bytes)) {
		report_message(
			"%s is not replaced by %s: it is a file of another kind; remove it or "
			"name another",
			file, use);
		log_path__close(&path);
		return -EEXIST;
	}
	err = replacement__prepare(&replacement, &path, geteuid());
	if (!err) {
		err = replacement__write(&replacement, text, bytes);
		if (err)
			report_error(err, "write %s", file);
		replacement__close(&replacement);
	}
	log_path__close(&path);
	return err;
}
