/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signals of a run: SIGINT and SIGTERM end it, SIGHUP asks for another file of the
 * log, or ends it too. A second signal of the same kind that ends it kills.
 */
#ifndef SIFTR_COMMANDS_SIGNALS_H
#define SIFTR_COMMANDS_SIGNALS_H

#include <signal.h>

/* Set once the run is to end. */
extern volatile sig_atomic_t signals__stop;

/* Until signals__rotate_on_hangup() a SIGHUP ends the run, unless it was ignored before. */
void signals__catch(void);

/* From now on a SIGHUP means another file, as long as the run's terminal is there. */
void signals__rotate_on_hangup(void);

/*
 * Whether SIGHUP has asked for another file since the last call. One that came because
 * the terminal of the run has gone asks for its end instead.
 */
int signals__take_hangup(void);

/* A signal has come that the run has not answered yet. */
int signals__pending(void);

/*
 * signals__stop, after a quarter of a second for a signal that may be on its way: Ctrl-C,
 * which ends the reader of a pipe, may come to this process a little later.
 */
int signals__await_stop(void);

/* Until signals__allow() a signal is only noticed while sleeping with `while_sleeping`. */
void signals__hold(sigset_t *while_sleeping);
void signals__allow(const sigset_t *while_sleeping);

#endif
