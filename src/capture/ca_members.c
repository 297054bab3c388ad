// SPDX-License-Identifier: BSD-2-Clause
/*
 * A congestion control CC may be a module named tcp_CC, whose type information extends the
 * kernel's. If no such module is loaded, CC is looked for in the type information of the kernel
 * itself.
 */
#include "capture/ca_members.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <siftr/array_size.h>

#include "capture/kernel_btf.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bitfields begin at the lowest bit");

static const struct private_field {
	__u32 number;
	__u32 type_bits; /* of its type in the log; longer members are not used */
	__u64 none;	 /* a field with this value is absent; NO_VALUE: never */
	const char *cc;
	const char *type;
	const char *path; /* names of members, with dots between them */
} private_fields[] = {
#define NO_VALUE ~0ULL
#define GROUP_PRIVATE(group, name, type, unit, cc, struct, member, none, lacking, help) \
	{SIFTR_FIELD_##name, sizeof(type) * 8, none, cc, #struct, #member},
#include <siftr/group_fields.def>
};

/* A member of a struct: `count` bits from bit `first` of the struct on, and the member's type. */
struct bits {
	const struct btf_type *type;
	__u32 first;
	__u32 count;
};

/* The type without const, typedefs and the like; of an array, the type of its elements. */
static const struct btf_type *plain_type(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type) || btf_is_array(type)))
		type = btf__type_by_id(btf,
				       btf_is_array(type) ? btf_array(type)->type : type->type);
	return type;
}

static bool is_named(const struct btf *btf, __u32 name_off, const char *name, size_t length)
{
	const char *known = btf__name_by_offset(btf, name_off);

	return known && strlen(known) == length && !memcmp(known, name, length);
}

/* Narrows *bits, a struct or union, to its member called `name`. Returns whether it has one. */
static bool enter_member(const struct btf *btf, struct bits *bits, const char *name, size_t length)
{
	if (!bits->type || !btf_is_composite(bits->type))
		return false;
	for (__u32 i = 0; i < btf_vlen(bits->type); i++) {
		const struct btf_member *member = &btf_members(bits->type)[i];
		__u32 bitfield = btf_member_bitfield_size(bits->type, i);

		if (!is_named(btf, member->name_off, name, length))
			continue;
		bits->first += btf_member_bit_offset(bits->type, i);
		bits->type = plain_type(btf, member->type);
		bits->count = bitfield ? bitfield : bits->type ? bits->type->size * 8 : 0;
		return true;
	}
	return false;
}

static const struct btf_type *find_struct(const struct btf *btf, const char *type)
{
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(btf, id) : NULL;
}

/* Narrows *bits, a struct, to the member of its member ... that `path` names. */
static bool enter_path(const struct btf *btf, struct bits *bits, const char *path)
{
	const char *name = path, *end;

	do {
		end = strchrnul(name, '.');
		if (!enter_member(btf, bits, name, (size_t)(end - name)))
			return false;
		name = end + 1;
	} while (*end);
	return bits->type && btf_is_int(bits->type);
}

static void set_member(struct ca_member *member, const struct bits *bits, __u64 none)
{
	member->none = none;
	member->offset = (__u8)(bits->first / 8);
	member->shift = bits->first % 8;
	member->bytes = (__u8)((member->shift + bits->count + 7) / 8);
	member->mask = ~0ULL >> (64 - bits->count);
}

/*
 * Whether the value lies within the captured words, fits the type of its field, and can be loaded
 * with eight bytes.
 */
static bool is_usable(const struct bits *bits, __u32 type_bits)
{
	return bits->count && bits->count <= type_bits && bits->first % 8 + bits->count <= 64 &&
	       bits->first + bits->count <= SIFTR_CA_PRIV_WORDS * 64;
}

void ca_members__find(const struct btf *btf, const char *cc, struct ca_member members[SIFTR_FIELDS])
{
	const struct btf_type *type = NULL;
	const char *found = "";

	for (size_t i = 0; i < ARRAY_SIZE(private_fields); i++) {
		const struct private_field *field = &private_fields[i];
		struct bits bits;

		if (strcmp(field->cc, cc) != 0)
			continue;
		/* Finding a name means looking at all names, and fields of one struct follow each
		 * other. */
		if (strcmp(field->type, found) != 0)
			type = find_struct(btf, field->type);
		found = field->type;
		bits = (struct bits){.type = type};
		if (enter_path(btf, &bits, field->path) && is_usable(&bits, field->type_bits))
			set_member(&members[field->number], &bits, field->none);
	}
}

/*
 * Type information of the module tcp_CC, which extends `kernel` and is to be freed; NULL if no such
 * module is loaded.
 */
static struct btf *parse_module(const char *cc, const struct btf *kernel)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/kernel/btf/tcp_%s", cc);
	return btf__parse_split(path, (struct btf *)kernel);
}

static void find_one(const struct btf *kernel, const char *cc,
		     struct ca_member members[SIFTR_FIELDS])
{
	struct btf *module = parse_module(cc, kernel);

	ca_members__find(module ? module : kernel, cc, members);
	btf__free(module);
}

void ca_members__find_here(__u32 groups, struct ca_member members[SIFTR_FIELDS])
{
	const char *cc = NULL;
	const struct btf *kernel;

	memset(members, 0, SIFTR_FIELDS * sizeof(*members));
	if (!(groups & SIFTR_GROUP_BIT(cc)))
		return;
	if (!kernel_btf__get(&kernel)) {
		for (size_t i = 0; i < ARRAY_SIZE(private_fields); i++) {
			if (!cc || strcmp(cc, private_fields[i].cc))
				find_one(kernel, private_fields[i].cc, members);
			cc = private_fields[i].cc;
		}
	}
	kernel_btf__free();
}
