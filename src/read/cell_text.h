/* SPDX-License-Identifier: BSD-2-Clause */
/* The text that a cell of a csv, or a string of JSON, stands for. */
#ifndef SIFTR_READ_CELL_TEXT_H
#define SIFTR_READ_CELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <siftr/groups.h>

/* How a cell spells a text. */
enum cell_spelling {
	CELL_PLAIN,	    /* by itself */
	CELL_DOUBLE_QUOTES, /* with two quotes for each, as between the quotes of csv */
	CELL_ESCAPES,	    /* with escapes, as between the quotes of JSON */
};

/*
 * Copies the text that the cell stands for, and a NUL. Returns whether the cell is valid, and its
 * text at most SIFTR_TEXT_MAX bytes without a NUL.
 */
bool cell_text__copy(char copy[SIFTR_TEXT_MAX + 1], const char *cell, size_t bytes,
		     enum cell_spelling spelling);

#endif
