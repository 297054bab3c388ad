/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The iterator over the map with the state of flows, needed where lines have weights: reading its
 * file descriptor runs a BPF program for each flow. bpf/rest.bpf.h has the programs.
 */
#ifndef SIFTR_CAPTURE_FLOW_ITERATOR_H
#define SIFTR_CAPTURE_FLOW_ITERATOR_H

#include <stdbool.h>

#include <bpf/libbpf.h>
#include <siftr/settings.h>

struct flow_iterator {
	struct bpf_link *link; /* NULL: there is none */
	int fd;
};

/* Whether the program is one of an iterator: these are attached to no hook. */
bool flow_iterator__is_program(const struct bpf_program *program);

/* Whether the program iterates over this storage. */
bool flow_iterator__is_for(const struct bpf_program *program, enum siftr_flow_storage storage);

/* Opens the iterator of a loaded object, if the kernel has it. */
void flow_iterator__open(struct flow_iterator *iterator, const struct bpf_object *object,
			 enum siftr_flow_storage storage);

void flow_iterator__close(struct flow_iterator *iterator);

#endif
