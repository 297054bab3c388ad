/* SPDX-License-Identifier: BSD-2-Clause */
/* The zstd frames that a file has already, before a run appends to it or repair completes it. */
#ifndef SIFTR_OUTPUT_FRAME_SCAN_H
#define SIFTR_OUTPUT_FRAME_SCAN_H

#include <stddef.h>
#include <linux/types.h>

#include "output/frames.h"

/*
 * Adds the frames in the first `bytes` of the file `fd` to `frames`. Returns where the last
 * complete one ends in *end: a killed run can have left part of another. 0 or a negative errno:
 * -EBADMSG if the file has anything but frames whose text is at most FRAMES_TEXT_MAX.
 */
int frame_scan__read(int fd, __u64 bytes, struct frames *frames, __u64 *end);

/*
 * Decompresses the beginning of the file `fd` into `text`, *bytes long and at most `max`. 0 or a
 * negative errno: -EBADMSG if the file is not compressed.
 */
int frame_scan__beginning(int fd, char *text, size_t max, size_t *bytes);

#endif
