// SPDX-License-Identifier: BSD-2-Clause
#include "commands/convert_output.h"

#include <errno.h>
#include <stdlib.h>

#include "output/log_path.h"
#include "report/report.h"

static int open_file(struct convert_output *output, const char *file, const struct format *format)
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
		err = output__open(&output->output, &path, &limits, format);
	}
	log_path__close(&path);
	return err;
}

int convert_output__open(struct convert_output *output, const char *file,
			 const struct format *format)
{
	const struct preallocate_limits limits = {};
	int err;

	*output = (struct convert_output){.name = file ? file : "stdout"};
	output->buffer = malloc(CONVERT_OUTPUT_BYTES);
	if (!output->buffer)
		return report_error(-ENOMEM, "convert");
	err = file ? open_file(output, file, format)
		   : output__open(&output->output, NULL, &limits, format);
	if (err)
		free(output->buffer);
	return err;
}

static void flush(struct convert_output *output)
{
	size_t done;

	if (!output->error)
		output->error = output__write(&output->output, output->buffer, output->used, &done);
	output->used = 0;
}

char *convert_output__reserve(struct convert_output *output, size_t bytes)
{
	if (output->used + bytes > CONVERT_OUTPUT_BYTES)
		flush(output);
	return output->buffer + output->used;
}

void convert_output__commit(struct convert_output *output, const char *end)
{
	output->used = (size_t)(end - output->buffer);
}

int convert_output__close(struct convert_output *output)
{
	int err, closed;

	flush(output);
	closed = output__close(&output->output, true);
	free(output->buffer);
	err = output->error ? output->error : closed;
	if (err && err != -EPIPE)
		report_error(err, "write %s", output->name);
	return err;
}
