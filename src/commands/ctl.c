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
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "commands/commands.h"
#include "control/client.h"
#include "control/words.h"
#include "options/request_table.h"
#include "output/write_all.h"
#include "report/report.h"

#define ERROR "error "

static int report_no_tracer(const char *path, int err)
{
	if (err == -ENOENT || err == -ECONNREFUSED)
		report_message("no tracer listens at %s: is siftr-bpf running, with --control?",
			       path);
	else
		report_error(err, "connect to the control socket %s", path);
	return err;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, err = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return report_error(-ENAMETOOLONG, "connect to the control socket %s", path);
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return report_error(-errno, "make a socket");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return report_no_tracer(path, err);
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
				    CLIENT_LINE_MAX - sizeof(" --json\n") - *bytes);
		if (used < 0) {
			report_message("the request is too long, or has a line end");
			return -EINVAL;
		}
		*bytes += (size_t)used;
	}
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
		report_message("the tracer has closed the connection without an answer");
	return status;
}

int command_ctl(const struct options *options)
{
	const char *path = options->control ?: CONTROL_PATH;
	char line[CLIENT_LINE_MAX];
	size_t bytes;
	int fd, status;
	FILE *stream;

	if (make_line(options, line, &bytes))
		return EXIT_USAGE;
	fd = connect_to(path);
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
	status = print_answer(stream);
	fclose(stream);
	return report_flush() ? EXIT_OUTPUT : status;
}
