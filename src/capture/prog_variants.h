/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel functions whose arguments have changed: the BPF object has a program
 * for each form, NAME_2 for two arguments and so on, of which one is loaded.
 */
#ifndef SIFTR_CAPTURE_PROG_VARIANTS_H
#define SIFTR_CAPTURE_PROG_VARIANTS_H

#include <bpf/libbpf.h>

/* Does nothing where the object has no such program. */
void prog_variants__set_autoload(struct bpf_object *object, const char *name, int wanted);

/*
 * Lets only the form of `name` load that fits this kernel's `function`. 1, 0 where none
 * does, or a negative errno where its types cannot be read.
 */
int prog_variants__choose(struct bpf_object *object, const char *name, const char *function);

/* Not every kernel has the function in one piece; tracing goes on without this program. */
int prog_variants__is_optional(const struct bpf_program *program);

/* The program's name without its form, as the books have it. */
const char *prog_variants__hook_name(const struct bpf_program *program);

#endif
