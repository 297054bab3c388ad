/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks a log with runs of SIFTR 1.3.0 and 1.2.4. */
#ifndef SIFTR_CHECK_SIFTR_CHECK_H
#define SIFTR_CHECK_SIFTR_CHECK_H

#include <linux/types.h>

#include "check/validate_result.h"
#include "read/line_parser.h"

/*
 * Reads on from the window of `parser`, whose reads_1_2 is set, to the end of the log. The other
 * parameters and the returned value are those of validate__log(); counts are added to *result.
 */
int siftr_check__log(struct line_parser *parser, __u32 ppl, const struct diagnostic_sink *sink,
		     struct validate_result *result);

#endif
