// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any words on the command line and any configuration file. The first line of the
 * input has the words, separated by TABs; the rest is the file, if the line ends. Options that are
 * accepted must be in their ranges and mean the same when they are read again.
 */
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "options/command_line.h"
#include "options/command_table.h"
#include "options/options.h"
#include "report/report.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

static void must(int holds)
{
	if (!holds)
		abort();
}

/* Makes a file of the text in memory and stores its path in `path`. */
static int make_file(const char *text, size_t bytes, char path[32])
{
	int fd = memfd_create("config", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, text, bytes) == (ssize_t)bytes);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static int split(char *line, char *words[], int count)
{
	char *word;

	while (count < WORDS_MAX && (word = strsep(&line, "\t")))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

static int parse(int argc, char *argv[], struct options *options)
{
	optind = 0;
	return command_line__parse(argc, argv, options);
}

static int same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static int takes_arguments(enum command command)
{
	for (const struct command_row *row = command_table; row->name; row++)
		if (row->command == command)
			return row->takes_files || row->takes_words;
	return 0;
}

static void check(const struct options *options)
{
	must(!options->output || *options->output);
	must(!options->stats || *options->stats);
	if (options->command == COMMAND_HELP || options->command == COMMAND_VERSION)
		return;
	must(options->filter.count <= FILTER_VALUES_MAX && options->ppl >= 1);
	must(options->ring_bytes >= 4096 && options->ring_bytes <= 4ULL << 30);
	must(!options->quiet || !options->verbose);
	must(options->nr_files == 0 || takes_arguments(options->command));
	for (int i = 0; i < options->nr_files; i++)
		must(options->files[i] != NULL);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	const unsigned char *end = memchr(data, '\n', bytes);
	size_t line_bytes = end ? (size_t)(end - data) : bytes;
	char *words[WORDS_MAX + 1] = {"siftr-bpf"}, *again[WORDS_MAX + 1];
	char *line = malloc(line_bytes + 1), path[32];
	struct options first, second;
	int argc = 1, fd = -1;

	must(line != NULL);
	memcpy(line, data, line_bytes);
	line[line_bytes] = '\0';
	if (end) {
		fd = make_file((const char *)end + 1, bytes - line_bytes - 1, path);
		words[argc++] = "--config";
		words[argc++] = path;
	}
	argc = split(line, words, argc);
	/* getopt permutes the words, so each parse gets a copy. */
	memcpy(again, words, sizeof(again));
	if (!parse(argc, words, &first)) {
		check(&first);
		must(!parse(argc, again, &second));
		must(first.command == second.command && first.filter.count == second.filter.count &&
		     first.ppl == second.ppl && first.count == second.count &&
		     first.ring_bytes == second.ring_bytes &&
		     first.duration_ms == second.duration_ms &&
		     same_text(first.output, second.output));
	}
	if (fd >= 0)
		close(fd);
	free(line);
	return 0;
}
