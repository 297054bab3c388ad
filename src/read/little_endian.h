/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the numbers of compressed files, which are little endian and not aligned. */
#ifndef SIFTR_READ_LITTLE_ENDIAN_H
#define SIFTR_READ_LITTLE_ENDIAN_H

#include <endian.h>
#include <string.h>
#include <linux/types.h>

/* The number in the four bytes at `at`. */
static inline __u32 little_endian__u32(const char *at)
{
	__u32 value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

#endif
