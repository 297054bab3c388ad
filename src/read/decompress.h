/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decompresses a file compressed by gzip or zstd, in any number of members or frames, into a
 * stream of bytes. Memory depends on the compression window only, which is limited.
 */
#ifndef SIFTR_READ_DECOMPRESS_H
#define SIFTR_READ_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How much of the file is read at once; decompress__open() takes at most as many bytes. */
#define DECOMPRESS_INPUT_BYTES (256 * 1024)

struct decompress;
struct seek_table;

/*
 * Decompresses a file that begins with `text`, which has been read already; the rest is read from
 * `fd`, which the caller closes. *out is NULL if the text is not compressed. 0 or -ENOMEM; call
 * decompress__free() in both cases.
 */
int decompress__open(int fd, const char *text, size_t bytes, struct decompress **out);
/* Frees the decompressor. Accepts NULL. */
void decompress__free(struct decompress *decompress);

/* Name of the compression, "gzip" or "zstd". */
const char *decompress__name(const struct decompress *decompress);

/*
 * Makes decompress__read(), not called yet, enter every frame in `table`, if the file is zstd.
 * `table` stays the caller's, and must not be freed while text is read. Returns whether the file is
 * zstd.
 */
bool decompress__watch(struct decompress *decompress, struct seek_table *table);

/*
 * Reads decompressed text like read(2): returns the number of bytes, 0 at the end. -EBADMSG if the
 * file is damaged or its last member or frame is incomplete, after everything that could be read,
 * or the negative errno of a failed read.
 */
ssize_t decompress__read(struct decompress *decompress, char *out, size_t room);

#endif
