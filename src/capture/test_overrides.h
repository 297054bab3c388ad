/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test build (SIFTR_TEST_BUILD) lets the environment decide, so that tests
 * see fallbacks on kernels that need none. Any other build decides nothing here.
 */
#ifndef SIFTR_CAPTURE_TEST_OVERRIDES_H
#define SIFTR_CAPTURE_TEST_OVERRIDES_H

#include "capture/programs.h"

/* SIFTR_BPF_FORCE=hash or kprobe: whether it leaves this way out. */
int test_overrides__bars(enum programs_way way, enum siftr_flow_storage storage);

/* SIFTR_BPF_FLOWS=N: how many flows the hash map holds; 0: as many as it does. */
unsigned int test_overrides__flows(void);

#endif
