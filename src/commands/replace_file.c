// SPDX-License-Identifier: BSD-2-Clause
#include "commands/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/replacement.h"
#include "report/report.h"

/* The bytes that tell kinds of files apart: "<!DO", "<svg", "%PDF". */
#define KIND_BYTES    4
#define BEGINNING_MAX 32

/* Whether the file begins so; true as well if it cannot be read, which is reported by what writes.
 */
static bool begins_with(int fd, const char *beginning, size_t bytes)
{
	char old[BEGINNING_MAX] = "";
	struct stat status;
	ssize_t got = 0;

	if (bytes > sizeof(old))
		bytes = sizeof(old);
	if (!fstat(fd, &status) && S_ISREG(status.st_mode))
		got = pread(fd, old, bytes, 0);
	return got <= 0 || !memcmp(old, beginning, (size_t)got);
}

int replace_file__check(const struct log_path *path, const char *beginning, size_t bytes)
{
	int fd = openat(path->directory_fd, path->name,
			O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	bool is_replaceable;

	if (fd < 0)
		return 0;
	is_replaceable = begins_with(fd, beginning, bytes);
	close(fd);
	if (is_replaceable)
		return 0;
	report_message("%s is not replaced by %s: it is a file of another kind; remove it or name "
		       "another",
		       path->path, path->use);
	return -EEXIST;
}

int replace_file__write(const char *file, const char *use, const char *text, size_t bytes)
{
	struct replacement replacement;
	struct log_path path;
	int err = log_path__find(&path, file, use);

	if (err)
		return err;
	err = replace_file__check(&path, text, bytes < KIND_BYTES ? bytes : KIND_BYTES);
	if (!err)
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
