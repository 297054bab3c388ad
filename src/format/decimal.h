/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers and addresses as text of exact length. Each function writes at `out`, without a
 * terminating NUL and without excess bytes, and returns the end of its text. Addresses are in
 * network byte order as in struct siftr_flow_key.
 */
#ifndef SIFTR_FORMAT_DECIMAL_H
#define SIFTR_FORMAT_DECIMAL_H

#include <linux/types.h>

#define DECIMAL_U32_MAX	    10 /* longest text of decimal__u32 */
#define DECIMAL_U64_MAX	    20
#define DECIMAL_ADDRESS_MAX 39 /* longest text of an address: eight groups of four digits */

char *decimal__u32(char *out, __u32 value);
char *decimal__u64(char *out, __u64 value);
/* Exactly six digits, with leading zeros; value < 1,000,000. */
char *decimal__six(char *out, __u32 value);
char *decimal__ipv4(char *out, const __u64 address[2]);
/* The same text as inet_ntop(AF_INET6). */
char *decimal__ipv6(char *out, const __u64 address[2]);
/* An IPv6 address with all eight groups: no "::", and no leading zeros in a group. */
char *decimal__ipv6_groups(char *out, const __u64 address[2]);

#endif
