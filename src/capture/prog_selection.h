/* SPDX-License-Identifier: BSD-2-Clause */
/* Selects the programs of an object that are loaded. */
#ifndef SIFTR_CAPTURE_PROG_SELECTION_H
#define SIFTR_CAPTURE_PROG_SELECTION_H

#include <stdbool.h>

#include <bpf/libbpf.h>
#include <linux/types.h>

#include "capture/attach_way.h"

struct prog_selection {
	enum attach_type type;
	bool multi;	       /* as in struct attach_way */
	bool queued;	       /* HOOK_QUEUE_XMIT_* instead of HOOK_TRANSMIT_SKB */
	__u32 groups;	       /* SIFTR_GROUP_BIT() of the groups that are captured */
	__u32 filters;	       /* SIFTR_FILTER_* that are used */
	__u32 seconds;	       /* programs behind each hook's first */
	bool fronts;	       /* one in front of each hook's first, which leaves marks */
	unsigned int left_out; /* hooks without their programs */
	enum siftr_flow_storage storage;
};

/*
 * Call between opening and loading the object. Adds to `left_out` the optional hooks for which the
 * object has no program that fits this kernel. 0, or a negative errno if the kernel's types cannot
 * be read.
 */
int prog_selection__apply(struct bpf_object *object, struct prog_selection *selection);

#endif
