/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Environment variables with which a test build (SIFTR_TEST_BUILD) forces fallbacks on kernels that
 * do not need them. Any other build ignores them.
 */
#ifndef SIFTR_CAPTURE_TEST_OVERRIDES_H
#define SIFTR_CAPTURE_TEST_OVERRIDES_H

#include <stdbool.h>

#include "capture/attach_way.h"

/* Whether SIFTR_BPF_FORCE, hash or kprobe, excludes this way. */
bool test_overrides__excludes(struct attach_way way);

/* SIFTR_BPF_FLOWS, the capacity of the hash map of flows; 0: the default. */
unsigned int test_overrides__flows(void);

#endif
