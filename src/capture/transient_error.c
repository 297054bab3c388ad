// SPDX-License-Identifier: BSD-2-Clause
/* A lack of memory or descriptors, or an interruption. */
#include "capture/transient_error.h"

#include <errno.h>

bool transient_error__is(int err)
{
	return err == -ENOMEM || err == -ENOBUFS || err == -EMFILE || err == -ENFILE ||
	       err == -EAGAIN || err == -EINTR;
}
