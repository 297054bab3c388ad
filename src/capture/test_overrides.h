/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Environment variables with which a test build (SIFTR_TEST_BUILD) forces fallbacks on kernels that
 * do not need them. Any other build ignores them.
 */
#ifndef SIFTR_CAPTURE_TEST_OVERRIDES_H
#define SIFTR_CAPTURE_TEST_OVERRIDES_H

/*
 * SIFTR_BPF_FORCE: "hash", "typed-kprobe" or "kprobe" leaves out every way without it, "queue" the
 * hook of __tcp_transmit_skb(); "": no way is left out.
 */
const char *test_overrides__way(void);

/* SIFTR_BPF_FLOWS: how many flows the hash map of per-flow state holds; 0: the default number. */
unsigned int test_overrides__flows(void);

#endif
