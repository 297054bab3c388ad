/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip's checksum, faster than by zlib where an x86-64 processor has carry-less multiplication. */
#ifndef SIFTR_READ_CRC32_H
#define SIFTR_READ_CRC32_H

#include <stddef.h>
#include <linux/types.h>

/*
 * Returns the checksum of a text in parts: `crc` is that of all parts before, 0 if there are none,
 * and `text`, of `bytes` bytes, the next part.
 */
__u32 crc32__update(__u32 crc, const char *text, size_t bytes);

#endif
