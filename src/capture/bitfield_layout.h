/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Groups of kernel bitfields that have a usual layout, the same on many kernels. The BPF programs
 * read such a group with one load; on a kernel with another layout they read each bitfield by
 * itself.
 */
#ifndef SIFTR_CAPTURE_BITFIELD_LAYOUT_H
#define SIFTR_CAPTURE_BITFIELD_LAYOUT_H

#include <bpf/btf.h>

/*
 * SIFTR_LAYOUT_* bits of the groups that have their usual layout in the type information `btf`; 0
 * if `btf` is NULL.
 */
unsigned int bitfield_layout__known(const struct btf *btf);

/* SIFTR_LAYOUT_* bits of the groups that have their usual layout in the running kernel. */
unsigned int bitfield_layout__here(void);

#endif
