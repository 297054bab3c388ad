/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks a log of siftr2 2.5 by the rules that its published readers rely on. */
#ifndef SIFTR_CHECK_SIFTR2_CHECK_H
#define SIFTR_CHECK_SIFTR2_CHECK_H

#include <linux/types.h>

#include "check/validate_result.h"
#include "read/buffered_reader.h"
#include "report/diagnostic.h"

/*
 * Reads `input` to its end, reports to `sink` and counts the runs, lines and flows in *result. 0,
 * -ENOMEM or the negative errno of a failed read.
 */
int siftr2_check__log(struct buffered_reader *input, const struct diagnostic_sink *sink,
		      struct validate_result *result);

#endif
