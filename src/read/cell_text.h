/* SPDX-License-Identifier: BSD-2-Clause */
/* The text that a cell of a csv, or a string of JSON, stands for, without quotes and escapes. */
#ifndef SIFTR_READ_CELL_TEXT_H
#define SIFTR_READ_CELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <siftr/groups.h>

/* How a cell spells a text. */
enum cell_spelling {
	CELL_PLAIN,	    /* as it is */
	CELL_DOUBLE_QUOTES, /* a quote is written twice, as between the quotes of csv */
	CELL_ESCAPES,	    /* with escapes, as between the quotes of JSON */
};

/*
 * Copies the text that a cell of `bytes` bytes stands for, and a NUL. Returns false if the cell is
 * not valid, or its text has a NUL or more than SIFTR_TEXT_MAX bytes; *copy is undefined then.
 */
bool cell_text__copy(char copy[SIFTR_TEXT_MAX + 1], const char *cell, size_t bytes,
		     enum cell_spelling spelling);

#endif
