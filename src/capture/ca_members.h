/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the fields of GROUP_PRIVATE lie in the private state of their congestion controls, as the
 * type information of the kernel and its modules has them.
 */
#ifndef SIFTR_CAPTURE_CA_MEMBERS_H
#define SIFTR_CAPTURE_CA_MEMBERS_H

#include <bpf/btf.h>
#include <siftr/groups.h>

struct ca_member {
	__u64 mask;  /* bits of the value, after the shift */
	__u64 none;  /* the field is absent if it has this value; all ones: never */
	__u8 offset; /* from the beginning of the private state, in bytes */
	__u8 bytes;  /* how many contain the value; 0: the kernel has no such member */
	__u8 shift;  /* how far the value is to be shifted right in these bytes */
};

/*
 * Sets members[], indexed by enum siftr_field, for those fields of the congestion control `cc`
 * whose members `btf` has. Leaves the others as they are.
 */
void ca_members__find(const struct btf *btf, const char *cc,
		      struct ca_member members[SIFTR_FIELDS]);

/*
 * Sets members[] for all congestion controls that are part of this kernel or modules loaded now,
 * and clears the others. Clears all if the group `cc` is not in `groups`, a set of
 * SIFTR_GROUP_BIT(), or if the kernel's type information cannot be read.
 */
void ca_members__find_here(__u32 groups, struct ca_member members[SIFTR_FIELDS]);

#endif
