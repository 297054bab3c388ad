// SPDX-License-Identifier: BSD-2-Clause
/* The kernel's own type information is held against what the programs assume. */
#include "capture/bitfield_layout.h"

#include <string.h>

#include <linux/types.h>

#include <siftr/record.h>

/* A bitfield, by its distance from the first bit of the load. */
struct place {
	const char *member;
	__u32 first_bit, nr_bits;
};

/* The load begins where the first member's unit does. */
static const struct layout {
	unsigned int known;
	const char *type;
	__u32 unit_bytes;
	struct place places[6];
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

/* Whether the member is this far from `begin`, a bit of the struct. */
static int lies_at(const struct btf *btf, const struct btf_type *type, const struct place *place,
		   __u32 begin)
{
	int i = find_member(btf, type, place->member);

	return i >= 0 && btf_member_bit_offset(type, i) == begin + place->first_bit &&
	       btf_member_bitfield_size(type, i) == place->nr_bits;
}

static int holds(const struct btf *btf, const struct layout *layout)
{
	int id = btf__find_by_name_kind(btf, layout->type, BTF_KIND_STRUCT), first;
	__u32 begin, unit_bits = layout->unit_bytes * 8;
	const struct btf_type *type;

	if (id < 0)
		return 0;
	type = btf__type_by_id(btf, id);
	first = find_member(btf, type, layout->places[0].member);
	if (first < 0 ||
	    btf__resolve_size(btf, btf_members(type)[first].type) != layout->unit_bytes)
		return 0;
	begin = btf_member_bit_offset(type, first) / unit_bits * unit_bits;
	for (const struct place *place = layout->places; place->member; place++)
		if (!lies_at(btf, type, place, begin))
			return 0;
	return 1;
}

unsigned int bitfield_layout__known(const struct btf *btf)
{
	unsigned int known = 0;

	for (size_t i = 0; btf && i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (holds(btf, &layouts[i]))
			known |= layouts[i].known;
	return known;
}

unsigned int bitfield_layout__here(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	unsigned int known = bitfield_layout__known(btf);

	btf__free(btf);
	return known;
}
