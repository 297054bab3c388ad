/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flow keys by number, for tests that need many connections: each number is another remote
 * address and port.
 */
#ifndef SIFTR_TESTS_NUMBERED_KEY_H
#define SIFTR_TESTS_NUMBERED_KEY_H

#include <siftr/record.h>

struct siftr_flow_key key_number(__u32 number);
struct siftr_flow_key ipv6_key_number(__u32 number);

#endif
