/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signals of a run: SIGINT and SIGTERM end it, SIGHUP begins another file of the log, or
 * ends it if that cannot rotate. A second SIGINT or SIGTERM kills the process.
 */
#ifndef SIFTR_COMMANDS_SIGNALS_H
#define SIFTR_COMMANDS_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Set when the run has to end. */
extern volatile sig_atomic_t signals__stop;

/* Installs the handlers. SIGHUP ends the run, unless nohup(1) has made it ignored. */
void signals__catch(void);

/* From now on SIGHUP begins another file, unless the run's terminal has gone. */
void signals__rotate_on_hangup(void);

/*
 * Whether a SIGHUP for another file has arrived since the last call. A SIGHUP because the run's
 * terminal has gone sets signals__stop instead.
 */
bool signals__take_hangup(void);

/* Whether a signal has arrived that the run has not handled yet. */
bool signals__pending(void);

/*
 * Returns signals__stop, after waiting a quarter of a second for it: when Ctrl-C ends the
 * reader of a pipe, this process may get the signal a little later.
 */
bool signals__await_stop(void);

/*
 * Blocks the signals until signals__allow(). Only a call that gets the mask `while_sleeping`, such
 * as epoll_pwait(2), receives them.
 */
void signals__hold(sigset_t *while_sleeping);
void signals__allow(const sigset_t *while_sleeping);

#endif
