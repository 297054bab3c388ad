/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the groups' blocks lie: after struct siftr_record, in the order of group_fields.def. */
#ifndef SIFTR_CAPTURE_GROUP_LAYOUT_H
#define SIFTR_CAPTURE_GROUP_LAYOUT_H

#include <siftr/record.h>

/*
 * Stores for each group of the set `groups` (of SIFTR_GROUP_BIT()) the offset of its block from the
 * record's beginning, in bytes, and 0 for the others. Returns the bytes of a record with its
 * groups.
 */
__u32 group_layout__place(__u32 groups, __u16 offsets[SIFTR_GROUPS]);

#endif
