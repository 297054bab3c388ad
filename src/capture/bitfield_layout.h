/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel bitfields that lie together on all known kernels. Where they do, the
 * BPF programs take them in one load; else each by itself.
 */
#ifndef SIFTR_CAPTURE_BITFIELD_LAYOUT_H
#define SIFTR_CAPTURE_BITFIELD_LAYOUT_H

#include <bpf/btf.h>

/* SIFTR_LAYOUT_* bits that hold for the kernel `btf` describes; NULL: none. */
unsigned int bitfield_layout__known(const struct btf *btf);

/* The same for the running kernel. */
unsigned int bitfield_layout__here(void);

#endif
