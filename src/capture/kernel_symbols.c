// SPDX-License-Identifier: BSD-2-Clause
/*
 * Suffixes that only rename: clang's ThinLTO adds .llvm.HASH and GCC's LTO adds .lto_priv.N to a
 * static function that other files of the link call, which needs its full interface. Other suffixes
 * of GCC change the function: .isra.N has lost or replaced arguments, .constprop.N has lost
 * constant ones, .part.N has only a part of the body. A symbol with .cold has the unlikely blocks
 * of a function, and one with .cfi_jt is only a jump to it.
 */
#include "capture/kernel_symbols.h"

#include <ctype.h>
#include <string.h>

#include <siftr/array_size.h>

static bool is_one_of(const char *word, size_t length, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == length && !strncmp(word, words[i], length))
			return true;
	return false;
}

/* Whether a word of the suffix, such as "isra" of ".isra.0", is one of `words`. */
static bool suffix_has(const char *suffix, const char *const words[], size_t count)
{
	while (*suffix == '.') {
		size_t length = strcspn(++suffix, ".");

		if (is_one_of(suffix, length, words, count))
			return true;
		suffix += length;
	}
	return false;
}

/* Whether the suffix is that of a symbol which is never called in place of the function. */
static bool is_no_entry(const char *suffix)
{
	static const char *const words[] = {"cold", "cfi_jt"};

	return suffix_has(suffix, words, ARRAY_SIZE(words));
}

/* Whether the suffix consists of words that only rename; a hash or number follows each. */
static bool only_renames(const char *suffix)
{
	static const char *const words[] = {"llvm", "lto_priv"};

	while (*suffix == '.') {
		size_t length = strcspn(++suffix, ".");

		if (!is_one_of(suffix, length, words, ARRAY_SIZE(words)) || suffix[length] != '.' ||
		    !isdigit((unsigned char)suffix[length + 1]))
			return false;
		suffix += length + 1;
		suffix += strcspn(suffix, ".");
	}
	return true;
}

static void add_symbol(struct kernel_symbol *symbol, const char *name, const char *suffix)
{
	if (symbol->kind != KERNEL_SYMBOL_ABSENT)
		symbol->kind = KERNEL_SYMBOL_COPIED;
	else if (!*suffix)
		symbol->kind = KERNEL_SYMBOL_PLAIN;
	else
		symbol->kind = only_renames(suffix) ? KERNEL_SYMBOL_RENAMED : KERNEL_SYMBOL_CHANGED;
	if (strlen(name) < sizeof(symbol->name))
		snprintf(symbol->name, sizeof(symbol->name), "%s", name);
	else
		symbol->name[0] = '\0';
}

static void match(struct kernel_symbol *symbol, const char *name, bool in_module)
{
	size_t length;
	const char *suffix;

	/* Comparing the first letter is enough for most of the kernel's 100,000 symbols. */
	if (*name != *symbol->function)
		return;
	length = strlen(symbol->function);
	suffix = name + length;
	if (!strncmp(name, symbol->function, length) && (!*suffix || *suffix == '.') &&
	    !is_no_entry(suffix)) {
		add_symbol(symbol, name, suffix);
		symbol->in_module = in_module;
	}
}

/* The name in "address type name [module]", with a tab before the module; NULL if there is none. */
static char *read_name(char *line, bool *in_module)
{
	char *name = strchr(line, ' ');

	name = name ? strchr(name + 1, ' ') : NULL;
	if (!name)
		return NULL;
	*in_module = strchr(name, '\t');
	name[strcspn(name, "\t\n")] = '\0';
	return name + 1;
}

void kernel_symbols__find(FILE *stream, struct kernel_symbol symbols[], size_t count)
{
	char line[1024];
	bool any = false, in_module = false;

	for (size_t i = 0; i < count; i++) {
		symbols[i].kind = KERNEL_SYMBOL_ABSENT;
		symbols[i].in_module = false;
		symbols[i].name[0] = '\0';
	}
	while (stream && fgets(line, sizeof(line), stream)) {
		const char *name = read_name(line, &in_module);

		any = true;
		for (size_t i = 0; name && i < count; i++)
			match(&symbols[i], name, in_module);
	}
	for (size_t i = 0; i < count && !any; i++)
		symbols[i].kind = KERNEL_SYMBOL_UNKNOWN;
}
