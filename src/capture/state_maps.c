// SPDX-License-Identifier: BSD-2-Clause
#include "capture/state_maps.h"

#include <stdbool.h>
#include <stddef.h>

#include <siftr/array_size.h>
#include <siftr/record.h>

#include "capture/test_overrides.h"

static struct bpf_map *find_map(const struct bpf_object *object, const char *name)
{
	return bpf_object__find_map_by_name(object, name);
}

void state_maps__configure(struct bpf_object *object, struct attach_way way, __u32 groups,
			   __u32 filters)
{
	static const char *const by_address_maps[] = {"flows_by_address", "origins_by_address",
						      "owners_by_address"};
	bool by_address = way.storage == SIFTR_FLOW_HASH, origins = groups & SIFTR_ORIGIN_GROUPS,
	     owners = filters & SIFTR_FILTER_PROCESS;

	bpf_map__set_autocreate(find_map(object, "flows_by_address"), by_address);
	bpf_map__set_autocreate(find_map(object, "flows_by_socket"), !by_address);
	bpf_map__set_autocreate(find_map(object, "origins_by_address"), origins && by_address);
	bpf_map__set_autocreate(find_map(object, "origins_by_socket"), origins && !by_address);
	bpf_map__set_autocreate(find_map(object, "owners_by_address"), owners && by_address);
	bpf_map__set_autocreate(find_map(object, "owners_by_socket"), owners && !by_address);
	bpf_map__set_autocreate(find_map(object, "first_owners"), owners);
	if (test_overrides__flows())
		bpf_map__set_max_entries(find_map(object, "flows_by_address"),
					 test_overrides__flows());
	/* Old kernels warn about kprobe programs that use maps without preallocation. */
	if (way.type != ATTACH_KPROBE)
		return;
	bpf_map__set_map_flags(find_map(object, "first_owners"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(by_address_maps); i++)
		bpf_map__set_map_flags(find_map(object, by_address_maps[i]), 0);
}
