// SPDX-License-Identifier: BSD-2-Clause
#include "commands/diff_manifests.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/manifest_facts.h"
#include "report/text.h"

/* What does not fit into a line. */
#define VALUE_BYTES 200

int diff_manifests__read(struct diff_manifests *manifests, const struct options *options)
{
	if (!options->manifest_a)
		return EXIT_CLEAN;
	manifests->a = manifest_facts__read(options->manifest_a);
	manifests->b = manifest_facts__read(options->manifest_b);
	return manifests->a && manifests->b ? EXIT_CLEAN : EXIT_OUTPUT;
}

/* Prints a value, a long one cut off. */
static void print_value(const char *side, json_t *value)
{
	char *text = value && !json_is_string(value)
			     ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT)
			     : NULL;
	const char *shown = text ?: json_string_value(value) ?: "not there";

	printf("    %s: ", side);
	if (strlen(shown) <= VALUE_BYTES) {
		text__print(stdout, shown);
	} else {
		char beginning[VALUE_BYTES + 1];

		memcpy(beginning, shown, VALUE_BYTES);
		beginning[VALUE_BYTES] = '\0';
		text__print(stdout, beginning);
		printf("...");
	}
	putchar('\n');
	free(text);
}

static void print_line(void *context, const char *name, json_t *a, json_t *b)
{
	bool *differs = context;

	if (!*differs)
		puts("Facts of the manifests that differ:");
	*differs = true;
	fputs("  ", stdout);
	text__print(stdout, name);
	putchar('\n');
	print_value("A", a);
	print_value("B", b);
}

int diff_manifests__print_lines(const struct diff_manifests *manifests)
{
	bool differs = false;
	int err;

	if (!manifests->a)
		return 0;
	err = manifest_facts__compare(manifests->a, manifests->b, print_line, &differs);
	if (!err && !differs)
		puts("The manifests agree.");
	return err;
}

static void print_json(json_t *value)
{
	if (!value || json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT) < 0)
		fputs("null", stdout);
}

static void print_object(void *context, const char *name, json_t *a, json_t *b)
{
	bool *differs = context;
	json_t *text = json_string(name);

	fputs(*differs ? ",\n{\"fact\":" : "\n{\"fact\":", stdout);
	*differs = true;
	print_json(text);
	fputs(",\"a\":", stdout);
	print_json(a);
	fputs(",\"b\":", stdout);
	print_json(b);
	putchar('}');
	json_decref(text);
}

int diff_manifests__print_json(const struct diff_manifests *manifests)
{
	bool differs = false;
	int err;

	if (!manifests->a)
		return 0;
	fputs(",\"manifest\":[", stdout);
	err = manifest_facts__compare(manifests->a, manifests->b, print_object, &differs);
	putchar(']');
	return err;
}

void diff_manifests__free(struct diff_manifests *manifests)
{
	json_decref(manifests->a);
	json_decref(manifests->b);
	*manifests = (struct diff_manifests){};
}
