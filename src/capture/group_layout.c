// SPDX-License-Identifier: BSD-2-Clause
#include "capture/group_layout.h"

#include <stdbool.h>

_Static_assert(sizeof(struct siftr_record) + SIFTR_GROUPS_BYTES <= 0xffff, "offsets fit 16 bits");

static const __u16 block_bytes[SIFTR_GROUPS] = {
#define GROUP(name, help) [SIFTR_GROUP_##name] = sizeof(struct siftr_##name##_group),
#include <siftr/group_fields.def>
};

__u32 group_layout__place(__u32 groups, __u16 offsets[SIFTR_GROUPS])
{
	__u32 bytes = sizeof(struct siftr_record);

	for (int group = 0; group < SIFTR_GROUPS; group++) {
		bool wanted = groups >> group & 1;

		offsets[group] = wanted ? (__u16)bytes : 0;
		bytes += wanted ? block_bytes[group] : 0;
	}
	return bytes;
}
