/* SPDX-License-Identifier: BSD-2-Clause */
/* The checksum of gzip, faster than zlib's where the processor multiplies without carries. */
#ifndef SIFTR_READ_CRC32_H
#define SIFTR_READ_CRC32_H

#include <stddef.h>
#include <linux/types.h>

/* The checksum of a text whose beginning has the checksum `crc`, 0 if there is none. */
__u32 crc32__update(__u32 crc, const char *text, size_t bytes);

#endif
