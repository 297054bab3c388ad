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
	__u64 mask;  /* of the value, after the shift */
	__u64 none;  /* the value that says that there is none */
	__u8 offset; /* from the beginning of the private state, in bytes */
	__u8 bytes;  /* that contain the value; 0: the kernel has no such member */
	__u8 shift;  /* of the value in these bytes */
};

/*
 * Sets, by their number among all fields, the members of the congestion control `cc` that the type
 * information has.
 */
void ca_members__find(const struct btf *btf, const char *cc,
		      struct ca_member members[SIFTR_FIELDS]);

/*
 * Sets the members of all congestion controls: those in modules that are loaded now, and those of
 * the kernel itself. All others are cleared, or all if the group `cc` is not among `groups`.
 */
void ca_members__find_here(__u32 groups, struct ca_member members[SIFTR_FIELDS]);

#endif
