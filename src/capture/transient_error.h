/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors that are about this moment and not about this host. */
#ifndef SIFTR_CAPTURE_TRANSIENT_ERROR_H
#define SIFTR_CAPTURE_TRANSIENT_ERROR_H

#include <stdbool.h>

/* Whether the call that failed with `err`, a negative errno, may succeed if it is repeated later.
 */
bool transient_error__is(int err);

#endif
