// SPDX-License-Identifier: BSD-2-Clause
#include "commands/signals.h"

#include <fcntl.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include <siftr/time_units.h>

#define LATE_SIGNAL_NS (250 * NSEC_PER_MSEC)

volatile sig_atomic_t signals__stop;

static volatile sig_atomic_t hangup;
static bool had_terminal;

static void request_stop(int signal)
{
	(void)signal;
	signals__stop = 1;
}

static void request_next_file(int signal)
{
	(void)signal;
	hangup = 1;
}

/* Whether this process still has a terminal: opening /dev/tty fails once it has gone. */
static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/*
 * SIGHUP stays ignored if it was, as under nohup(1), whose purpose is that the run survives its
 * terminal.
 */
void signals__catch(void)
{
	const struct sigaction once = {.sa_handler = request_stop, .sa_flags = SA_RESETHAND};

	sigaction(SIGINT, &once, NULL);
	sigaction(SIGTERM, &once, NULL);
	if (is_ignored(SIGHUP))
		return;
	had_terminal = has_terminal();
	sigaction(SIGHUP, &once, NULL);
}

void signals__rotate_on_hangup(void)
{
	const struct sigaction each = {.sa_handler = request_next_file};

	sigaction(SIGHUP, &each, NULL);
}

bool signals__take_hangup(void)
{
	if (!hangup)
		return false;
	hangup = 0;
	if (had_terminal && !has_terminal()) {
		signals__stop = 1;
		return false;
	}
	return true;
}

bool signals__pending(void)
{
	return signals__stop || hangup;
}

bool signals__await_stop(void)
{
	const struct timespec moment = {.tv_nsec = LATE_SIGNAL_NS};

	if (!signals__stop)
		nanosleep(&moment, NULL);
	return signals__stop;
}

void signals__hold(sigset_t *while_sleeping)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, while_sleeping);
}

void signals__allow(const sigset_t *while_sleeping)
{
	sigprocmask(SIG_SETMASK, while_sleeping, NULL);
}
