// SPDX-License-Identifier: BSD-2-Clause
#include "capture/prog_builds.h"

#include <bpf/libbpf.h>

#include <siftr/mapped_ring.h>

#include "siftr_fentry.skel.h"
#include "siftr_fentry_kernel_ring.skel.h"
#include "siftr_kprobe.skel.h"
#include "siftr_typed_kprobe.skel.h"

static const void *find_build(struct attach_way way, size_t *bytes)
{
	switch (way.type) {
	case ATTACH_TYPED_KPROBE:
		return siftr_typed_kprobe__elf_bytes(bytes);
	case ATTACH_KPROBE:
		return siftr_kprobe__elf_bytes(bytes);
	default:
		return way.ring == RING_MAPPED ? siftr_fentry__elf_bytes(bytes)
					       : siftr_fentry_kernel_ring__elf_bytes(bytes);
	}
}

struct bpf_object *prog_builds__open(struct attach_way way)
{
	size_t bytes;
	const void *elf = find_build(way, &bytes);

	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "siftr_bpf");
	return bpf_object__open_mem(elf, bytes, &opts);
}
