// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf ctl`: sends one request to the control socket of a running tracer, prints its answer,
 * and ends with 1 if that is an error. The protocol is described in siftr-bpf(8).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/log_fields.h"
#include "control/client.h"
#include "control/connection.h"
#include "control/words.h"
#include "filter/filter.h"
#include "options/request_table.h"
#include "output/write_all.h"
#include "report/report.h"

#define ERROR	  "error "
#define NO_ANSWER "the tracer has closed the connection without an answer"
/* What is kept of a request's line for its end. */
#define MIN_END sizeof(" --json\n")

static bool is_follow(const struct options *options)
{
	return options->nr_files && !strcmp(options->files[0], "follow");
}

/*
 * Checks what a stream is to have, as the tracer cannot report here what is wrong. 0 or -EINVAL,
 * reported.
 */
static int check_stream(const struct options *options)
{
	struct log_fields fields;

	if (!is_follow(options) && (options->format || options->fields || options->filter.count)) {
		report_message("--format, --fields and filters are for the request follow");
		return -EINVAL;
	}
	return log_fields__choose(&fields, formats[options->format], options->fields, NULL);
}

/* Adds an option and its value to the line. 0 or -EINVAL. */
static int add_option(char line[CLIENT_LINE_MAX], size_t *bytes, const char *name,
		      const char *value)
{
	int used = snprintf(line + *bytes, CLIENT_LINE_MAX - *bytes, " --%s ", name);

	if (used < 0 || (size_t)used >= CLIENT_LINE_MAX - *bytes)
		return -EINVAL;
	*bytes += (size_t)used;
	used = words__quote(value, line + *bytes, CLIENT_LINE_MAX - MIN_END - *bytes);
	if (used < 0)
		return -EINVAL;
	*bytes += (size_t)used;
	return 0;
}

/* Adds the options of a stream to the line. 0 or -EINVAL, reported. */
static int add_stream(const struct options *options, char line[CLIENT_LINE_MAX], size_t *bytes)
{
	const struct filter_values *filter = &options->filter;
	int err = add_option(line, bytes, "format", formats[options->format]->name);

	if (!err && options->fields)
		err = add_option(line, bytes, "fields", options->fields);
	for (__u32 i = 0; i < filter->count && !err; i++)
		err = add_option(line, bytes, filter__name(filter->of[i].kind), filter->of[i].text);
	if (err)
		report_message("the request is too long, or has a line end");
	return err;
}

/* Writes the request as one line. 0 or -EINVAL, reported. */
static int make_line(const struct options *options, char line[CLIENT_LINE_MAX], size_t *bytes)
{
	int used = 0;

	if (!options->nr_files)
		used = snprintf(line, CLIENT_LINE_MAX, "%s", request_table[0].name);
	*bytes = (size_t)used;
	for (int i = 0; i < options->nr_files; i++) {
		if (i)
			line[(*bytes)++] = ' ';
		used = words__quote(options->files[i], line + *bytes,
				    CLIENT_LINE_MAX - MIN_END - *bytes);
		if (used < 0) {
			report_message("the request is too long, or has a line end");
			return -EINVAL;
		}
		*bytes += (size_t)used;
	}
	if (is_follow(options) && add_stream(options, line, bytes))
		return -EINVAL;
	*bytes += (size_t)sprintf(line + *bytes, "%s\n", options->json ? " --json" : "");
	return 0;
}

/* Prints the answer up to its last line, which decides. Returns an exit code. */
static int print_answer(FILE *stream)
{
	int status = EXIT_FAILED;
	bool ended = false;
	char *line = NULL;
	size_t bytes = 0;
	ssize_t got;

	while (!ended && (got = getline(&line, &bytes, stream)) > 0) {
		ended = true;
		if (!strcmp(line, "ok\n")) {
			status = EXIT_CLEAN;
		} else if (!strncmp(line, ERROR, strlen(ERROR))) {
			line[got - 1] = '\0';
			report_message("%s", line + strlen(ERROR));
		} else {
			fwrite(line, 1, (size_t)got, stdout);
			ended = false;
		}
	}
	free(line);
	if (!ended)
		report_message(NO_ANSWER);
	return status;
}

/* Prints a stream as it comes, after its first line, "ok". Returns an exit code. */
static int print_stream(FILE *stream)
{
	char *line = NULL, text[BUFSIZ];
	size_t bytes = 0;
	ssize_t got;
	bool begun;

	/* Without a buffer nothing of the stream is read with the line. */
	setvbuf(stream, NULL, _IONBF, 0);
	got = getline(&line, &bytes, stream);
	begun = got > 0 && !strcmp(line, "ok\n");
	if (got <= 0) {
		report_message(NO_ANSWER);
	} else if (!begun) {
		line[got - 1] = '\0';
		report_message("%s",
			       line + (strncmp(line, ERROR, strlen(ERROR)) ? 0 : strlen(ERROR)));
	}
	free(line);
	while (begun && !ferror(stdout) && (got = read(fileno(stream), text, sizeof(text))) > 0) {
		fwrite(text, 1, (size_t)got, stdout);
		fflush(stdout);
	}
	return begun ? EXIT_CLEAN : EXIT_FAILED;
}

int command_ctl(const struct options *options)
{
	const char *path = options->control ?: CONTROL_PATH;
	char line[CLIENT_LINE_MAX];
	size_t bytes;
	int fd, status;
	FILE *stream;

	if (check_stream(options) || make_line(options, line, &bytes))
		return EXIT_USAGE;
	fd = connection__open(path);
	if (fd < 0)
		return EXIT_FAILED;
	stream = fdopen(fd, "r");
	if (!stream) {
		close(fd);
		report_error(-ENOMEM, "read the answer of %s", path);
		return EXIT_FAILED;
	}
	/* A tracer that does not take the request has said why. */
	write_all(fd, line, bytes);
	status = is_follow(options) ? print_stream(stream) : print_answer(stream);
	fclose(stream);
	return report_flush() ? EXIT_OUTPUT : status;
}
