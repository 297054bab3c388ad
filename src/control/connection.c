// SPDX-License-Identifier: BSD-2-Clause
#include "control/connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "report/report.h"

static int report_no_tracer(const char *path, int err)
{
	if (err == -ENOENT || err == -ECONNREFUSED)
		report_message("no tracer listens at %s: is siftr-bpf running, with --control?",
			       path);
	else
		report_error(err, "connect to the control socket %s", path);
	return err;
}

int connection__open(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, err = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return report_error(-ENAMETOOLONG, "connect to the control socket %s", path);
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return report_error(-errno, "make a socket");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return report_no_tracer(path, err);
}
