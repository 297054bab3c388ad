// SPDX-License-Identifier: BSD-2-Clause
/* Compares the kernel's type information with the layout that the BPF programs assume. */
#include "capture/bitfield_layout.h"

#include <stdbool.h>
#include <string.h>

#include <linux/types.h>

#include <siftr/array_size.h>
#include <siftr/settings.h>

#include "capture/kernel_btf.h"

/* A bitfield of the kernel, and where it lies in the word that the BPF programs load. */
struct bitfield {
	const char *member;
	__u32 first_bit, nr_bits;
};

/*
 * The groups of bitfields. The BPF programs load a group from the integer that contains its first
 * bitfield.
 */
static const struct layout {
	unsigned int known;
	const char *type;
	__u32 unit_bytes;
	struct bitfield bitfields[6];
} layouts[] = {
	{SIFTR_LAYOUT_RX_OPT,
	 "tcp_options_received",
	 2,
	 {{"sack_ok", 4, 3},
	  {"tstamp_ok", 1, 1},
	  {"wscale_ok", 3, 1},
	  {"snd_wscale", 8, 4},
	  {"rcv_wscale", 12, 4}}},
	{SIFTR_LAYOUT_NONAGLE, "tcp_sock", 1, {{"nonagle", 0, 4}, {"syn_fastopen", 19, 1}}},
};

static int find_member(const struct btf *btf, const struct btf_type *type, const char *name)
{
	for (int i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), name))
			return i;
	return -1;
}

/*
 * Whether the kernel has the bitfield where it is expected. `begin` is the bit of the struct at
 * which the load begins.
 */
static bool is_at(const struct btf *btf, const struct btf_type *type,
		  const struct bitfield *bitfield, __u32 begin)
{
	int i = find_member(btf, type, bitfield->member);

	return i >= 0 && btf_member_bit_offset(type, i) == begin + bitfield->first_bit &&
	       btf_member_bitfield_size(type, i) == bitfield->nr_bits;
}

static bool has_layout(const struct btf *btf, const struct layout *layout)
{
	int id = btf__find_by_name_kind(btf, layout->type, BTF_KIND_STRUCT), first;
	__u32 begin, unit_bits = layout->unit_bytes * 8;
	const struct btf_type *type;

	if (id < 0)
		return false;
	type = btf__type_by_id(btf, id);
	first = find_member(btf, type, layout->bitfields[0].member);
	if (first < 0 ||
	    btf__resolve_size(btf, btf_members(type)[first].type) != layout->unit_bytes)
		return false;
	begin = btf_member_bit_offset(type, first) / unit_bits * unit_bits;
	for (const struct bitfield *bitfield = layout->bitfields; bitfield->member; bitfield++)
		if (!is_at(btf, type, bitfield, begin))
			return false;
	return true;
}

unsigned int bitfield_layout__known(const struct btf *btf)
{
	unsigned int known = 0;

	for (size_t i = 0; btf && i < ARRAY_SIZE(layouts); i++)
		if (has_layout(btf, &layouts[i]))
			known |= layouts[i].known;
	return known;
}

unsigned int bitfield_layout__here(void)
{
	const struct btf *btf;

	kernel_btf__get(&btf);
	return bitfield_layout__known(btf);
}
