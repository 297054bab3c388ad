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
 * Chooses columns and fields by `list`, the value of --fields. NULL chooses the default: all
 * columns and, if the format can have fields, those of `present`, a set with bit N for field N;
 * `present` is NULL for no fields. -EINVAL, reported, if the list is wrong or the format
 * takes no list; else 0.
 */
int log_fields__choose(struct log_fields *fields, const struct format *format, const char *list,
		       const __u64 present[ROW_FIELDS_MAX / 64]);

/* Makes the format write nothing, for rows that go elsewhere. */
void log_fields__write_nothing(struct log_fields *fields);

/* A set of SIFTR_GROUP_BIT(): the groups of fields that a trace has to capture for this choice. */
__u32 log_fields__groups(const struct log_fields *fields);

#endif
