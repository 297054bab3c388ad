/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks whether a log is complete and well-formed, in one pass over a file or a stream of one
 * or more runs. Memory grows with the flows of a run, not with the length of the log.
 */
#ifndef SIFTR_CHECK_VALIDATE_H
#define SIFTR_CHECK_VALIDATE_H

#include <linux/types.h>

#include "check/validate_result.h"
#include "report/diagnostic.h"

/*
 * Reads `fd`, which the caller closes, to its end, reports to `sink` and sets *result. `ppl` is the
 * packets per line of the trace, 0 if unknown. 0, -ENOMEM or the negative errno of a failed read.
 */
int validate__log(int fd, __u32 ppl, const struct diagnostic_sink *sink,
		  struct validate_result *result);

#endif
