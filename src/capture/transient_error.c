// SPDX-License-Identifier: BSD-2-Clause
/* Transient are a lack of memory, a lack of file descriptors and an interruption by a signal. */
#include "capture/transient_error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "report/report.h"

/* More descriptors than the maps, programs and links of one trace need. */
#define DESCRIPTORS_NEEDED 64

bool transient_error__is(int err)
{
	return err == -ENOMEM || err == -ENOBUFS || err == -EMFILE || err == -ENFILE ||
	       err == -EAGAIN || err == -EINTR;
}

/*
 * Whether this process may open fewer than DESCRIPTORS_NEEDED more: opens that many and closes
 * them again.
 */
static bool lacks_descriptors(void)
{
	int opened[DESCRIPTORS_NEEDED] = {}, nr_opened = 0, err = 0;

	while (nr_opened < DESCRIPTORS_NEEDED && !err) {
		int fd = open("/", O_PATH | O_CLOEXEC);

		if (fd < 0)
			err = errno;
		else
			opened[nr_opened++] = fd;
	}
	while (nr_opened)
		close(opened[--nr_opened]);
	return err == EMFILE;
}

int transient_error__cause(int err)
{
	return err && lacks_descriptors() ? -EMFILE : err;
}

void transient_error__report_fix(int err)
{
	if (err == -ENOMEM || err == -ENOBUFS)
		report_message("this host is short of memory now, or limits this process's; try "
			       "again, or with a smaller --ring-size");
	else if (err != -EMFILE)
		report_message("try again");
}
