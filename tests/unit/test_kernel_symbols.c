// SPDX-License-Identifier: BSD-2-Clause
/*
 * A function that the compiler has renamed is found under its new name, and it is recognised when
 * the compiler may have changed its arguments.
 */
#include <siftr/array_size.h>

#include "capture/kernel_symbols.h"

#include "../lib/test.h"

#define OTHERS                         \
	"ffffffff81000000 T _text\n"   \
	"ffffffff81000010 t f_other\n" \
	"ffffffff81000020 T __pfx_f\n" \
	"ffffffff81000030 t not_f.isra.0\n"

static struct kernel_symbol find(const char *text)
{
	struct kernel_symbol symbol = {.function = "f"};
	FILE *stream = fmemopen((void *)text, strlen(text), "r");

	assert_non_null(stream);
	kernel_symbols__find(stream, &symbol, 1);
	fclose(stream);
	return symbol;
}

static void each_name_is_understood(void **state)
{
	static const struct {
		const char *text;
		enum kernel_symbol_kind kind;
		const char *name;
	} cases[] = {
		{OTHERS, KERNEL_SYMBOL_ABSENT, ""},
		{OTHERS "0 t f\n", KERNEL_SYMBOL_PLAIN, "f"},
		{OTHERS "0 t f\n0 t f.cold\n0 t f.cold.7\n", KERNEL_SYMBOL_PLAIN, "f"},
		{OTHERS "0 t f.cfi_jt\n0 t f\n", KERNEL_SYMBOL_PLAIN, "f"},
		{OTHERS "0 t f.cold\n", KERNEL_SYMBOL_ABSENT, ""},
		{OTHERS "0 t f.llvm.123456789\n", KERNEL_SYMBOL_RENAMED, "f.llvm.123456789"},
		{OTHERS "0 t f.lto_priv.0\n0 t f.lto_priv.0.cold\n", KERNEL_SYMBOL_RENAMED,
		 "f.lto_priv.0"},
		{OTHERS "0 t f.isra.0\n", KERNEL_SYMBOL_CHANGED, "f.isra.0"},
		{OTHERS "0 t f.constprop.0\n", KERNEL_SYMBOL_CHANGED, "f.constprop.0"},
		{OTHERS "0 t f.constprop.0.isra.0\n", KERNEL_SYMBOL_CHANGED,
		 "f.constprop.0.isra.0"},
		{OTHERS "0 t f.isra.0.llvm.1\n", KERNEL_SYMBOL_CHANGED, "f.isra.0.llvm.1"},
		{OTHERS "0 t f.part.0\n", KERNEL_SYMBOL_CHANGED, "f.part.0"},
		{OTHERS "0 t f.llvm.x\n", KERNEL_SYMBOL_CHANGED, "f.llvm.x"},
		{OTHERS "0 t f\n0 t f.constprop.0\n", KERNEL_SYMBOL_COPIED, "f.constprop.0"},
		{OTHERS "0 t f.part.0\n0 t f\n", KERNEL_SYMBOL_COPIED, "f"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kernel_symbol symbol = find(cases[i].text);

		assert_int_equal(symbol.kind, cases[i].kind);
		assert_string_equal(symbol.name, cases[i].name);
		assert_false(symbol.in_module);
	}
}

static void a_function_of_a_module_is_recognised(void **state)
{
	struct kernel_symbol symbol = find(OTHERS "0 t f\t[ipv6]\n");

	(void)state;
	assert_int_equal(symbol.kind, KERNEL_SYMBOL_PLAIN);
	assert_string_equal(symbol.name, "f");
	assert_true(symbol.in_module);
}

static void a_name_that_is_too_long_is_none(void **state)
{
	char text[1024];
	struct kernel_symbol symbol;

	(void)state;
	snprintf(text, sizeof(text), "0 t f.llvm.1%0400d\n", 0);
	symbol = find(text);
	assert_int_equal(symbol.kind, KERNEL_SYMBOL_RENAMED);
	assert_string_equal(symbol.name, "");
}

static void a_kernel_that_shows_no_symbols_is_unknown(void **state)
{
	struct kernel_symbol symbol = {.function = "f"};

	(void)state;
	kernel_symbols__find(NULL, &symbol, 1);
	assert_int_equal(symbol.kind, KERNEL_SYMBOL_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_is_understood),
		cmocka_unit_test(a_function_of_a_module_is_recognised),
		cmocka_unit_test(a_name_that_is_too_long_is_none),
		cmocka_unit_test(a_kernel_that_shows_no_symbols_is_unknown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("kernel symbols", tests, NULL, NULL);
}
