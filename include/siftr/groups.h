/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of fields that a user may ask for, and the block of each: blocks follow the record in
 * the order of group_fields.def, those that were not asked for are left out.
 */
#ifndef SIFTR_GROUPS_H
#define SIFTR_GROUPS_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

enum siftr_group {
#define GROUP(name, help) SIFTR_GROUP_##name,
#include <siftr/group_fields.def>
	SIFTR_GROUPS
};

/* The bit of a group in a set of groups. */
#define SIFTR_GROUP_BIT(name) (1U << SIFTR_GROUP_##name)

/*
 * The groups with fields from struct siftr_origin, which is kept only if one of them is captured.
 */
#define SIFTR_ORIGIN_GROUPS (SIFTR_GROUP_BIT(rtt) | SIFTR_GROUP_BIT(identity))

/* The groups that the programs do not capture: user space sets their fields in rows. */
#define SIFTR_USER_GROUPS SIFTR_GROUP_BIT(recorder)

/*
 * A text has SIFTR_TEXT_WORDS words: its characters, then at least one zero and only zeros to the
 * end. It takes two numbers of enum siftr_field.
 */
#define SIFTR_TEXT_WORDS 2
#define SIFTR_TEXT_MAX	 (SIFTR_TEXT_WORDS * sizeof(__u64) - 1)

/* Words of 64 bits in icsk_ca_priv, where the kernel keeps a congestion control's private state. */
#define SIFTR_CA_PRIV_WORDS 13

/*
 * SIFTR_FIELD_name is the number of a field among the fields of all groups, SIFTR_FIRST_group that
 * of a group's first field.
 */
enum siftr_field {
#define GROUP(name, help)						 SIFTR_FIRST_##name, SIFTR_BEFORE_##name = SIFTR_FIRST_##name - 1,
#define GROUP_FIELD(group, name, type, unit, known, read, lacking, help) SIFTR_FIELD_##name,
#define GROUP_TEXT(group, name, known, read, lacking, help)		 SIFTR_FIELD_##name, SIFTR_REST_##name,
#define GROUP_PRIVATE(group, name, type, unit, cc, struct, member, none, lacking, help) \
	SIFTR_FIELD_##name,
#include <siftr/group_fields.def>
	SIFTR_FIELDS
};

/*
 * The block of a group. Bit SIFTR_FIELD_name - SIFTR_FIRST_group of `known` says whether that field
 * is known; the value of a field that is not known is undefined.
 */
#define GROUP(name, help)             \
	struct siftr_##name##_group { \
		__u32 known;
#define GROUP_FIELD(group, name, type, unit, known, read, lacking, help) type name;
#define GROUP_TEXT(group, name, known, read, lacking, help)		 __u64 name[SIFTR_TEXT_WORDS];
#define GROUP_WORDS(group, name, words, known, from)			 __u64 name[words];
#define GROUP_END(name) \
	}               \
	__attribute__((aligned(8)));
#include <siftr/group_fields.def>

/* Bytes of the blocks of all groups: group_layout.c checks that every offset fits 16 bits. */
#define GROUP(name, help) +sizeof(struct siftr_##name##_group)
enum {
	SIFTR_GROUPS_BYTES = 0
#include <siftr/group_fields.def>
};

#endif
