/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel's verifier said each program costs, for -v. */
#ifndef SIFTR_CAPTURE_VERIFIER_H
#define SIFTR_CAPTURE_VERIFIER_H

#include <bpf/libbpf.h>

/* Asks for the verifier's statistics; before the load. 0 or a negative errno. */
int verifier__watch(struct bpf_object *object);

/* Prints them, a line for each loaded program. */
void verifier__report(struct bpf_object *object);

#endif
