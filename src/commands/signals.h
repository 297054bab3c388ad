/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signals of a run: SIGINT and SIGTERM end the run; SIGHUP begins another file of the log, or
 * ends the run if its log cannot rotate. If a signal that ends the run comes a second time, it
 * kills the process.
 */
#ifndef SIFTR_COMMANDS_SIGNALS_H
#define SIFTR_COMMANDS_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Set when the run has to end. */
extern volatile sig_atomic_t signals__stop;

/* Installs the handlers. SIGHUP ends the run, unless nohup(1) has made it ignored. */
void signals__catch(void);

/*
 * From now on SIGHUP begins another file, under nohup(1) as well. One that is sent because the
 * run's terminal has gone ends the run, except under nohup(1).
 */
void signals__rotate_on_hangup(void);

/*
 * Whether a SIGHUP for another file has arrived since the last call. If it came because the run's
 * terminal has gone, sets signals__stop instead and returns false, except under nohup(1).
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
 * Blocks SIGINT, SIGTERM and SIGHUP until signals__allow(), and stores the mask from before in
 * `while_sleeping`. Only a call that is given this mask, such as epoll_pwait(2), receives them.
 */
void signals__hold(sigset_t *while_sleeping);
void signals__allow(const sigset_t *while_sleeping);

#endif
