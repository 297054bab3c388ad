/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Environment variables with which a test build (SIFTR_TEST_BUILD) forces fallbacks on kernels that
 * do not need them. Any other build ignores them.
 */
#ifndef SIFTR_CAPTURE_TEST_OVERRIDES_H
#define SIFTR_CAPTURE_TEST_OVERRIDES_H

#include <stdbool.h>

/*
 * The value of SIFTR_BPF_FORCE. "hash" leaves out all ways but fentry with a hash map,
 * "typed-kprobe" and "kprobe" all but that kind; "queue" uses the HOOK_QUEUE_XMIT_* hooks instead
 * of HOOK_TRANSMIT_SKB. "" changes nothing.
 */
const char *test_overrides__way(void);

/* SIFTR_BPF_FLOWS: how many flows the hash map of per-flow state holds; 0: the default number. */
unsigned int test_overrides__flows(void);

/*
 * SIFTR_BPF_REVERSED: whether to attach the programs of a hook in the wrong order, so that the
 * kernel runs the first one last.
 */
bool test_overrides__is_reversed(void);

/*
 * SIFTR_BPF_UNFINISHED: whether not to attach the last program behind each hook's first one, as if
 * the kernel skipped it for every packet.
 */
bool test_overrides__is_unfinished(void);

/*
 * SIFTR_BPF_REINFORCED: whether to attach programs in front (hook_fronts.h) as if the kernel had
 * skipped runs.
 */
bool test_overrides__is_reinforced(void);

#endif
