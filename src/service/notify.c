// SPDX-License-Identifier: BSD-2-Clause
/*
 * systemd promises that the protocol is stable, so libsystemd and the dozen libraries it
 * would load into a privileged process are not needed. The socket is connected at the
 * start, because the sandbox forbids socket(2) and connect(2).
 */
#include "service/notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "report/report.h"

#define MESSAGE_BYTES 256

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t bytes = strlen(path);
	int fd, err;

	if ((path[0] != '/' && path[0] != '@') || bytes >= sizeof(address.sun_path))
		return -EINVAL;
	memcpy(address.sun_path, path, bytes);
	/* '@' stands for the leading NUL of an abstract name, which has no trailing NUL. */
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address,
		    offsetof(struct sockaddr_un, sun_path) + bytes) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* The value of a variable that is a decimal number; 0 for anything else. */
static __u64 read_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	__u64 number;

	if (!text || text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	number = strtoull(text, &end, 10);
	return errno || *end ? 0 : number;
}

/*
 * Whether the watchdog variables of the environment are meant for this process. They are
 * inherited, so they may be meant for a parent.
 */
static bool watchdog_is_ours(void)
{
	return !getenv("WATCHDOG_PID") || read_number("WATCHDOG_PID") == (__u64)getpid();
}

void notify__open(struct notify *notify, __u64 now_ns)
{
	const char *path = getenv("NOTIFY_SOCKET");
	__u64 watchdog_us = watchdog_is_ours() ? read_number("WATCHDOG_USEC") : 0;

	*notify = (struct notify){.fd = -1, .next_alive_ns = NEVER_NS};
	if (!path || !*path)
		return;
	notify->fd = connect_to(path);
	if (notify->fd < 0) {
		report_error(notify->fd, "notify the service manager at NOTIFY_SOCKET=%s", path);
		notify->fd = -1;
		return;
	}
	if (watchdog_us && watchdog_us < NEVER_NS / 2 / NSEC_PER_USEC) {
		notify->interval_ns = watchdog_us * NSEC_PER_USEC / 2;
		notify->next_alive_ns = now_ns + notify->interval_ns;
	}
}

/*
 * Sends a message once. A failure is ignored, because the next message replaces what this one
 * said.
 */
static void send_message(const struct notify *notify, const char *message)
{
	if (notify->fd >= 0)
		send(notify->fd, message, strlen(message), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void notify__ready(const struct notify *notify, const char *status)
{
	char message[MESSAGE_BYTES];

	snprintf(message, sizeof(message), "READY=1\nSTATUS=%s", status);
	send_message(notify, message);
}

void notify__status(const struct notify *notify, const char *status)
{
	char message[MESSAGE_BYTES];

	snprintf(message, sizeof(message), "STATUS=%s", status);
	send_message(notify, message);
}

void notify__reloading(const struct notify *notify, __u64 now_ns)
{
	char message[MESSAGE_BYTES];

	snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%llu",
		 now_ns / NSEC_PER_USEC);
	send_message(notify, message);
}

void notify__stopping(const struct notify *notify)
{
	send_message(notify, "STOPPING=1\nSTATUS=completing the log");
}

void notify__alive(struct notify *notify, __u64 now_ns, const char *status)
{
	char message[MESSAGE_BYTES];

	if (notify->interval_ns)
		notify->next_alive_ns = now_ns + notify->interval_ns;
	snprintf(message, sizeof(message), "WATCHDOG=1\nSTATUS=%s", status);
	send_message(notify, message);
}

void notify__close(struct notify *notify)
{
	if (notify->fd > 0)
		close(notify->fd);
	notify->fd = -1;
}
