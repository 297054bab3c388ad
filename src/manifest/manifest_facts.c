// SPDX-License-Identifier: BSD-2-Clause
#include "manifest/manifest_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <siftr/array_size.h>

#include "report/report.h"

/* What tells of a run and not of how to repeat it. */
static const char *const of_a_run[] = {"accounting", "begin", "end"};

struct comparison {
	manifest_take *take;
	void *context;
};

json_t *manifest_facts__read(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	json_t *facts;

	if (fd < 0) {
		report_error(-errno, "open the manifest %s", file);
		return NULL;
	}
	facts = json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);
	close(fd);
	if (json_is_string(json_object_get(facts, "siftr_bpf")))
		return facts;
	report_message("%s is no manifest: siftr-bpf --manifest FILE writes one", file);
	json_decref(facts);
	return NULL;
}

static int compare(const struct comparison *comparison, const char *name, json_t *a, json_t *b);

/* Compares the members, or elements, whose name is made of `format`, `name` and their own. */
static int compare_member(const struct comparison *comparison, const char *name, const char *member,
			  json_t *a, json_t *b)
{
	char *full = NULL;
	int err;

	if (asprintf(&full, "%s%s%s", name, *name ? "." : "", member) < 0)
		return -ENOMEM;
	err = compare(comparison, full, a, b);
	free(full);
	return err;
}

static bool is_of_a_run(const char *name, const char *member)
{
	for (size_t i = 0; !*name && i < ARRAY_SIZE(of_a_run); i++)
		if (!strcmp(member, of_a_run[i]))
			return true;
	return false;
}

static int compare_objects(const struct comparison *comparison, const char *name, json_t *a,
			   json_t *b)
{
	const char *member;
	json_t *value;
	int err = 0;

	json_object_foreach(a, member, value) if (!err && !is_of_a_run(name, member)) err =
		compare_member(comparison, name, member, value, json_object_get(b, member));
	json_object_foreach(b, member, value) if (!err && !json_object_get(a, member) &&
						  !is_of_a_run(name, member)) err =
		compare_member(comparison, name, member, NULL, value);
	return err;
}

static int compare_arrays(const struct comparison *comparison, const char *name, json_t *a,
			  json_t *b)
{
	char number[24];
	int err = 0;

	for (size_t i = 0; !err && i < json_array_size(a); i++) {
		snprintf(number, sizeof(number), "%zu", i);
		err = compare_member(comparison, name, number, json_array_get(a, i),
				     json_array_get(b, i));
	}
	return err;
}

/* Arrays of different lengths are compared as one fact. */
static int compare(const struct comparison *comparison, const char *name, json_t *a, json_t *b)
{
	if (json_is_object(a) && json_is_object(b))
		return compare_objects(comparison, name, a, b);
	if (json_is_array(a) && json_is_array(b) && json_array_size(a) == json_array_size(b))
		return compare_arrays(comparison, name, a, b);
	if (!a || !b || !json_equal(a, b))
		comparison->take(comparison->context, name, a, b);
	return 0;
}

int manifest_facts__compare(json_t *a, json_t *b, manifest_take *take, void *context)
{
	const struct comparison comparison = {take, context};

	return compare(&comparison, "", a, b);
}
