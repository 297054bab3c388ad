/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts and bars on the terminal: what the list and the page of the live view are drawn with. */
#ifndef SIFTR_LIVE_CANVAS_H
#define SIFTR_LIVE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

struct canvas {
	bool unicode; /* the terminal shows UTF-8 */
	bool colour;
};

enum canvas_colour {
	CANVAS_PLAIN,
	CANVAS_BAD,
	CANVAS_SLOW,
	CANVAS_GOOD,
	CANVAS_FAINT,
};

/* How many steps a character of a bar has. */
#define CANVAS_STEPS 8

/* Text at a place, at most `width` characters; what is no printable ASCII becomes a '?'. */
void canvas__text(int row, int column, int width, const char *text);

/* A bar of so many steps, 0 to CANVAS_STEPS, in one character. */
void canvas__bar(const struct canvas *canvas, int row, int column, int steps);

void canvas__set_colour(const struct canvas *canvas, enum canvas_colour colour);
void canvas__end_colour(const struct canvas *canvas, enum canvas_colour colour);

#endif
