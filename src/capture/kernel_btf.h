/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The running kernel's type information. Parsing it takes some 30 ms and 8 MB, and starting a trace
 * asks several questions of it, so it is parsed once and kept until kernel_btf__free().
 */
#ifndef SIFTR_CAPTURE_KERNEL_BTF_H
#define SIFTR_CAPTURE_KERNEL_BTF_H

#include <bpf/btf.h>

#define KERNEL_BTF_PATH "/sys/kernel/btf/vmlinux"

/* Stores the type information in *btf, which stays owned by this module, or NULL on failure.
 * Returns 0 or a negative errno; a failure is not kept, the next call tries again. */
int kernel_btf__get(const struct btf **btf);

/* Releases what kernel_btf__get() has kept; pointers from it are invalid from then on. */
void kernel_btf__free(void);

#endif
