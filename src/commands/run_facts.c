// SPDX-License-Identifier: BSD-2-Clause
#include "commands/run_facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "accounting/accounting_json.h"
#include "manifest/manifest.h"

static int write_manifest(const struct output_paths *paths, const struct manifest *manifest)
{
	char *text = manifest__text(manifest);
	int err = output_paths__write(paths, OUTPUT_MANIFEST, text);

	free(text);
	return err;
}

int run_facts__begin(const struct output_paths *paths, const struct manifest *manifest)
{
	return manifest ? write_manifest(paths, manifest) : 0;
}

/* The accounting as JSON, to be freed by the caller; NULL when out of memory. */
static char *text_of(const struct accounting *accounting)
{
	char *text = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);
	int err = stream ? accounting_json__write(accounting, stream) : -errno;

	if (stream && fclose(stream))
		err = -errno;
	if (!err)
		return text;
	free(text);
	return NULL;
}

int run_facts__end(const struct output_paths *paths, struct manifest *manifest,
		   const struct accounting *accounting)
{
	char *text = text_of(accounting);
	int err = output_paths__write(paths, OUTPUT_ACCOUNTING, text), manifest_err = 0;

	if (manifest) {
		manifest__end(manifest, text);
		manifest_err = write_manifest(paths, manifest);
	}
	free(text);
	return err ? err : manifest_err;
}
