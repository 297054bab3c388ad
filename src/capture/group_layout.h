/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the groups' blocks lie in a record: behind its base, in their order. */
#ifndef SIFTR_CAPTURE_GROUP_LAYOUT_H
#define SIFTR_CAPTURE_GROUP_LAYOUT_H

#include <siftr/record.h>

/*
 * Sets the offset from the record's beginning of each group in `groups`, SIFTR_GROUP_BIT()s, and 0
 * for the others. Returns the bytes of a record with them.
 */
__u32 group_layout__place(__u32 groups, __u16 offsets[SIFTR_GROUPS]);

#endif
