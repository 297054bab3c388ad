/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run or conversion writes: its format with the columns and fields that --fields chose. */
#ifndef SIFTR_COMMANDS_LOG_FIELDS_H
#define SIFTR_COMMANDS_LOG_FIELDS_H

#include "format/format.h"
#include "format/selection.h"

struct log_fields {
	struct format format; /* refers to the selection: do not copy */
	struct selection selection;
};

/*
 * Chooses what `list` says, NULL for the format's default, which is all columns and the fields
 * `present`, NULL for none. 0 or -EINVAL, reported.
 */
int log_fields__choose(struct log_fields *fields, const struct format *format, const char *list,
		       const __u64 present[ROW_FIELDS_MAX / 64]);

/* SIFTR_GROUP_BIT() of the groups to capture. */
__u32 log_fields__groups(const struct log_fields *fields);

#endif
