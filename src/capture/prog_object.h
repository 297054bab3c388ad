/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and attaches the BPF programs in one given way: from the build for one type of attaching
 * and one kind of ring, with one kind of flow storage.
 */
#ifndef SIFTR_CAPTURE_PROG_OBJECT_H
#define SIFTR_CAPTURE_PROG_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include <bpf/libbpf.h>

#include "capture/attach_way.h"
#include "capture/flow_iterator.h"
#include "capture/hook_links.h"
#include "capture/ring_sizes.h"

struct programs_settings {
	int nr_cpus;   /* sizes the per-CPU maps */
	bool complete; /* programs behind the first also where few packets need them */
	bool alone;    /* no programs behind the first, even if they are needed */
	struct ring_sizes ring_sizes;
	__u32 groups; /* SIFTR_GROUP_BIT() of the groups to capture */
	struct siftr_sampling sampling;
	bool first_packet; /* as in struct siftr_config */
	__u32 filters;	   /* SIFTR_FILTER_* */
	bool inbound_only; /* as in load_config__set_choice() */
};

struct prog_object {
	struct bpf_object *object;
	struct hook_links links;
	struct attach_way way;		   /* set by the caller */
	struct programs_settings settings; /* set by the caller */
	__u32 seconds; /* set by the caller: programs behind each hook's first */
	bool fronts;   /* set by the caller: see attach_fit__wants_fronts() */
	struct flow_iterator iterator;
	bool queued; /* set by the caller: HOOK_QUEUE_XMIT_* instead of HOOK_TRANSMIT_SKB */
	bool transmit_refused; /* HOOK_TRANSMIT_SKB was not offered or could not be attached */
	unsigned int left_out; /* optional hooks that this kernel does not have or rejects,
				  and HOOK_TRANSMIT_SKB if `queued` */
};

/*
 * Loads and attaches the programs of all hooks that are needed, or nothing. Sets `left_out` to the
 * hooks that have none. 0 or a negative errno, not reported.
 */
int prog_object__open(struct prog_object *loaded);

/* Detaches and unloads the programs. */
void prog_object__close(struct prog_object *loaded);

/*
 * File descriptor of the iterator over the flows whose state is in a map, see bpf/rest.bpf.h;
 * closed with the object. -1: there is none.
 */
int prog_object__iterator_fd(const struct prog_object *loaded);

/* File descriptor of a map, by its name in the BPF object. */
int prog_object__map_fd(const struct prog_object *loaded, const char *name);

#endif
