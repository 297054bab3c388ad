/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps in which programs keep the state of flows, their origins and their owners. */
#ifndef SIFTR_CAPTURE_STATE_MAPS_H
#define SIFTR_CAPTURE_STATE_MAPS_H

#include <bpf/libbpf.h>
#include <linux/types.h>

#include "capture/attach_way.h"

/*
 * Has those maps made that programs attached by `way` need for `groups`, a set of
 * SIFTR_GROUP_BIT(), and `filters`, a set of SIFTR_FILTER_*. Call between opening and loading the
 * object.
 */
void state_maps__configure(struct bpf_object *object, struct attach_way way, __u32 groups,
			   __u32 filters);

#endif
