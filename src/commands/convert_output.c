// SPDX-License-Identifier: BSD-2-Clause
#include "commands/convert_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/frame_output.h"
#include "output/lines.h"
#include "output/log_path.h"
#include "report/report.h"

static int open_file(struct convert_output *output, const char *file,
		     const struct log_encoding *encoding)
{
	const struct preallocate_limits limits = {};
	struct log_path path;
	struct stat status;
	int err = log_path__find(&path, file, "the converted log");

	if (err)
		return err;
	if (!log_path__stat(&path, &status) && S_ISREG(status.st_mode) && status.st_size) {
		report_message("%s exists already: name another file for the converted log", file);
		err = -EEXIST;
	} else {
		err = frame_output__open(&output->output, &path, &limits, encoding);
	}
	log_path__close(&path);
	return err;
}

int convert_output__open(struct convert_output *output, const char *file,
			 const struct log_encoding *encoding)
{
	const struct preallocate_limits limits = {};
	int err;

	*output = (struct convert_output){.name = file ? file : "stdout"};
	output->buffer = malloc(CONVERT_OUTPUT_BYTES);
	if (!output->buffer)
		return report_error(-ENOMEM, "convert");
	err = file ? open_file(output, file, encoding)
		   : frame_output__open(&output->output, NULL, &limits, encoding);
	if (err)
		free(output->buffer);
	return err;
}

/*
 * Writes the first `bytes` of the buffer and moves the rest to its beginning. After a write error
 * these bytes are dropped.
 */
static void flush(struct convert_output *output, size_t bytes)
{
	size_t done;

	if (!output->error && bytes)
		output->error = frame_output__write(&output->output, output->buffer, bytes, &done);
	output->used -= bytes;
	memmove(output->buffer, output->buffer + bytes, output->used);
}

/*
 * Makes room by writing the complete lines of the buffer, because a compressed frame should end
 * where a line does. If that is not enough, writes the beginning of the incomplete line as well.
 */
static void make_room(struct convert_output *output, size_t bytes)
{
	flush(output, lines__complete(output->buffer, output->used));
	if (output->used + bytes > CONVERT_OUTPUT_BYTES)
		flush(output, output->used);
}

char *convert_output__reserve(struct convert_output *output, size_t bytes)
{
	if (output->used + bytes > CONVERT_OUTPUT_BYTES)
		make_room(output, bytes);
	return output->buffer + output->used;
}

void convert_output__commit(struct convert_output *output, const char *end)
{
	output->used = (size_t)(end - output->buffer);
}

int convert_output__close(struct convert_output *output)
{
	int err, closed;

	flush(output, output->used);
	closed = frame_output__close(&output->output, true);
	free(output->buffer);
	err = output->error ? output->error : closed;
	if (err && err != -EPIPE)
		report_error(err, "write %s", output->name);
	return err;
}
