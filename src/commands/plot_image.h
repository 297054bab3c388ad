/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns a figure of SVG into a PNG or PDF. rsvg-convert does it, the program of librsvg, if this
 * host has it: siftr-bpf itself needs no library for images then.
 */
#ifndef SIFTR_COMMANDS_PLOT_IMAGE_H
#define SIFTR_COMMANDS_PLOT_IMAGE_H

#include <stddef.h>

/* "svg", "png" or "pdf" if the name of the file ends so, in any case; NULL if it does not. */
const char *plot_image__format(const char *file);

/*
 * Whether what the file takes can be run, rsvg-convert for all but SVG, before a large log is read.
 * 0 or a negative errno, reported.
 */
int plot_image__check(const char *file);

/*
 * Makes the image for the file, whose name has a format; *image is NULL if that is the SVG itself.
 * It is to be freed by the caller, also after a failure. 0 or a negative errno, reported.
 */
int plot_image__make(const char *file, const char *svg, size_t bytes, char **image,
		     size_t *image_bytes);

#endif
