/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways to attach the BPF programs and to store per-flow state. programs__open() takes the first
 * that works on this host; kprobe is the fallback.
 */
#ifndef SIFTR_CAPTURE_ATTACH_WAY_H
#define SIFTR_CAPTURE_ATTACH_WAY_H

#include <siftr/record.h>

enum attach_type {
	ATTACH_FENTRY,
	ATTACH_KPROBE,
};

struct attach_way {
	enum attach_type type;
	enum siftr_flow_storage storage;
};

#define ATTACH_WAYS 3

/* The cheapest first. */
extern const struct attach_way attach_way__all[ATTACH_WAYS];

/* For people: "fentry", "socket storage". */
const char *attach_way__type_name(enum attach_type type);
const char *attach_way__storage_name(enum siftr_flow_storage storage);

#endif
