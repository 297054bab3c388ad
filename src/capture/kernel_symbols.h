/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that compilers have given to kernel functions. A static function may be inlined, and
 * then has no symbol, or have a suffix that says what was done to it, while the type information
 * keeps its bare name.
 */
#ifndef SIFTR_CAPTURE_KERNEL_SYMBOLS_H
#define SIFTR_CAPTURE_KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KERNEL_SYMBOLS_PATH "/proc/kallsyms"

enum kernel_symbol_kind {
	KERNEL_SYMBOL_UNKNOWN, /* the kernel does not show its symbols */
	KERNEL_SYMBOL_ABSENT,  /* inlined, or not in this kernel */
	KERNEL_SYMBOL_PLAIN,   /* has its own name */
	KERNEL_SYMBOL_RENAMED, /* has one name with a suffix, and all its arguments */
	KERNEL_SYMBOL_CHANGED, /* has one name with a suffix, and may have other arguments */
	KERNEL_SYMBOL_COPIED,  /* has several symbols: a call may go to any of them */
};

struct kernel_symbol {
	const char *function; /* set by the caller */
	enum kernel_symbol_kind kind;
	bool in_module;
	char name[128]; /* the symbol; empty if there is none or its name is longer */
};

/*
 * Finds each function among the symbols of `stream`, which has the form of /proc/kallsyms, and
 * fills its entry of symbols[]. The kind is KERNEL_SYMBOL_UNKNOWN if `stream` is empty or NULL.
 */
void kernel_symbols__find(FILE *stream, struct kernel_symbol symbols[], size_t count);

#endif
