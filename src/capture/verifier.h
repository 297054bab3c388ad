/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports the verifier's statistics of each program, for -v. */
#ifndef SIFTR_CAPTURE_VERIFIER_H
#define SIFTR_CAPTURE_VERIFIER_H

#include <bpf/libbpf.h>

/* Requests the statistics; call before loading. 0 or a negative errno. */
int verifier__request_statistics(struct bpf_object *object);

/* Reports them, a line for each loaded program. */
void verifier__report(struct bpf_object *object);

#endif
