/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel functions whose number of arguments has changed between kernels: the BPF object has a
 * variant of the program for each number, NAME_2 for two arguments and so on. One is loaded.
 */
#ifndef SIFTR_CAPTURE_PROG_VARIANTS_H
#define SIFTR_CAPTURE_PROG_VARIANTS_H

#include <bpf/libbpf.h>

/*
 * Selects the variant of `name` that fits this kernel's `function`. 1: selected, 0: none fits, or a
 * negative errno if the kernel's types cannot be read.
 */
int prog_variants__choose(struct bpf_object *object, const char *name, const char *function);

#endif
