/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of the seek table in zstd's seekable format (zstd's contrib/seekable_format). It is a
 * skippable frame: magic number and size, then for each frame its size in the file, that of its
 * text, and a checksum if the flags say so; at last the number of frames, a byte of flags and
 * another magic number. All numbers are little endian.
 */
#ifndef SIFTR_READ_SEEK_TABLE_LAYOUT_H
#define SIFTR_READ_SEEK_TABLE_LAYOUT_H

#define SEEK_TABLE_SKIPPABLE_MAGIC 0x184D2A5EU
#define SEEK_TABLE_MAGIC	   0x8F92EAB1U
#define SEEK_TABLE_HEADER_BYTES	   8
#define SEEK_TABLE_ENTRY_BYTES	   8
#define SEEK_TABLE_CHECKSUM_BYTES  4
#define SEEK_TABLE_FOOTER_BYTES	   9
#define SEEK_TABLE_FLAG_CHECKSUM   0x80U
#define SEEK_TABLE_FLAGS_RESERVED  0x7cU

#endif
