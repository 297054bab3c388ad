/* SPDX-License-Identifier: BSD-2-Clause */
/* The builds of the BPF programs that the binary contains, one for each way to attach them. */
#ifndef SIFTR_CAPTURE_PROG_BUILDS_H
#define SIFTR_CAPTURE_PROG_BUILDS_H

#include <bpf/libbpf.h>

#include "capture/attach_way.h"

/* Opens the build for that way; the caller closes it. NULL with errno set on failure. */
struct bpf_object *prog_builds__open(struct attach_way way);

#endif
