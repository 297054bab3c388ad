/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Distinguishes errors that may pass, such as too little memory, from those that show what this
 * kernel cannot do.
 */
#ifndef SIFTR_CAPTURE_TRANSIENT_ERROR_H
#define SIFTR_CAPTURE_TRANSIENT_ERROR_H

#include <stdbool.h>

/* Whether the call that failed with `err`, a negative errno, may succeed if it is repeated later.
 */
bool transient_error__is(int err);

/*
 * Returns -EMFILE if this process may open too few descriptors to load the programs, otherwise
 * `err`. libbpf tries what the kernel supports by creating objects, and takes EMFILE there for a
 * missing feature, so that the load fails later with an error that names no cause.
 */
int transient_error__cause(int err);

/* Reports what helps against a transient error, after report_error(), which does so for EMFILE. */
void transient_error__report_fix(int err);

#endif
