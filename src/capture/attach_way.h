/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways to attach the BPF programs and to store per-flow state, in their order of preference. */
#ifndef SIFTR_CAPTURE_ATTACH_WAY_H
#define SIFTR_CAPTURE_ATTACH_WAY_H

#include <siftr/record.h>

enum programs_way {
	PROGRAMS_FENTRY, /* the cheapest */
	PROGRAMS_KPROBE,
};

/* For people: "fentry", "socket storage". */
const char *attach_way__name(enum programs_way way);
const char *attach_way__storage_name(enum siftr_flow_storage storage);

#endif
