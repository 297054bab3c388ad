/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifies the service manager by the protocol of sd_notify(3): datagrams of KEY=VALUE
 * lines to the socket NOTIFY_SOCKET. Without a manager these functions do nothing.
 */
#ifndef SIFTR_SERVICE_NOTIFY_H
#define SIFTR_SERVICE_NOTIFY_H

#include <linux/types.h>

#include <siftr/time_units.h>

struct notify {
	int fd;		     /* -1: no manager */
	__u64 interval_ns;   /* interval of watchdog messages; 0: no watchdog */
	__u64 next_alive_ns; /* CLOCK_MONOTONIC time of the next watchdog message; NEVER_NS: none */
};

/*
 * Connects to the socket that NOTIFY_SOCKET names, if any. If it cannot be used that is reported,
 * and the run goes on without it. The first watchdog message, if WATCHDOG_USEC asks for any, is due
 * half that time after `now_ns`, CLOCK_MONOTONIC.
 */
void notify__open(struct notify *notify, __u64 now_ns);

/*
 * Reports that tracing is on, after the start or after notify__reloading(). Here and below
 * `status` is one line of text.
 */
void notify__ready(const struct notify *notify, const char *status);

/* Sets the status that systemctl shows. */
void notify__status(const struct notify *notify, const char *status);

/* Reports a reload that began at `now_ns`, CLOCK_MONOTONIC; notify__ready() ends it. */
void notify__reloading(const struct notify *notify, __u64 now_ns);

void notify__stopping(const struct notify *notify);

/*
 * Resets the manager's watchdog and sets the status. The next watchdog message is due `interval_ns`
 * after `now_ns`, CLOCK_MONOTONIC.
 */
void notify__alive(struct notify *notify, __u64 now_ns, const char *status);

/* Accepts a notify that is zeroed and was never opened. */
void notify__close(struct notify *notify);

#endif
