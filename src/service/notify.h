/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service manager is told: sd_notify(3)'s protocol, datagrams of
 * KEY=VALUE lines to the socket that NOTIFY_SOCKET names. Without a manager
 * everything here does nothing.
 */
#ifndef SIFTR_SERVICE_NOTIFY_H
#define SIFTR_SERVICE_NOTIFY_H

#include <linux/types.h>

#include <siftr/time_units.h>

struct notify {
	int fd;		     /* -1: no manager */
	__u64 interval_ns;   /* between two signs of life; 0: none are asked for */
	__u64 next_alive_ns; /* CLOCK_MONOTONIC; NEVER_NS: none is due ever */
};

/* By the environment. A socket that cannot be used is reported and done without. */
void notify__open(struct notify *notify, __u64 now_ns);

/*
 * Tracing is on: after the start, or again after notify__reloading(). `status` is one line
 * of text, here and below.
 */
void notify__ready(const struct notify *notify, const char *status);

/* Shows `status`. */
void notify__status(const struct notify *notify, const char *status);

/* A reload has begun at `now_ns` of the manager's CLOCK_MONOTONIC; notify__ready() ends it. */
void notify__reloading(const struct notify *notify, __u64 now_ns);

void notify__stopping(const struct notify *notify);

/* Feeds the watchdog and shows `status`. */
void notify__alive(struct notify *notify, __u64 now_ns, const char *status);

/* NULL and a notify that was never opened are fine. */
void notify__close(struct notify *notify);

#endif
