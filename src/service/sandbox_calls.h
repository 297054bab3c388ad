/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls of the running program, by name, as far as their arguments do not matter. The
 * lists end with NULL. A name that does not exist on an architecture is skipped there.
 */
#ifndef SIFTR_SERVICE_SANDBOX_CALLS_H
#define SIFTR_SERVICE_SANDBOX_CALLS_H

/* What the program and its libraries use. */
extern const char *const sandbox_calls__allowed[];

/* What only an attacker uses, which kills the process. */
extern const char *const sandbox_calls__deadly[];

#endif
