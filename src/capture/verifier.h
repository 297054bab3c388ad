/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports the verifier's statistics of each program, for -v. */
#ifndef SIFTR_CAPTURE_VERIFIER_H
#define SIFTR_CAPTURE_VERIFIER_H

#include <bpf/libbpf.h>

/*
 * Makes the verifier write its statistics when the object is loaded; call it before that. 0 or a
 * negative errno.
 */
int verifier__request_statistics(struct bpf_object *object);

/*
 * Prints the statistics of each loaded program on a line of its own, for -v. Call it only after
 * verifier__request_statistics().
 */
void verifier__report(struct bpf_object *object);

#endif
