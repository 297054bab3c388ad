// SPDX-License-Identifier: BSD-2-Clause
#include "commands/replace_file.h"

#include <unistd.h>

#include "output/log_path.h"
#include "output/replacement.h"
#include "report/report.h"

int replace_file__write(const char *file, const char *use, const char *text, size_t bytes)
{
	struct replacement replacement;
	struct log_path path;
	int err = log_path__find(&path, file, use);

	if (err)
		return err;
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
