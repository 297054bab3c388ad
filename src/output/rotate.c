// SPDX-License-Identifier: BSD-2-Clause
/*
 * One file of a log after the other: the next is open, and has space, before the one
 * in use is left.
 */
#include <errno.h>

#include "output/lines.h"
#include "output/writer_parts.h"
#include "report/report.h"

void rotate__begin_file(struct writer *writer)
{
	if (output__ends_torn(&writer->output))
		writer->buffer[writer->used++] = '\n';
}

bool writer__is_file(const struct writer *writer)
{
	return writer->output.regular;
}

bool writer__is_at(const struct writer *writer, const struct log_path *path)
{
	return writer->output.regular && output__is_at(&writer->output, path);
}

__u64 writer__size(const struct writer *writer)
{
	return writer->output.position + writer->used;
}

void rotate__drop_next(struct writer *writer)
{
	if (writer->next.fd >= 0)
		output__close(&writer->next, false);
	writer->next.fd = -1;
}

int writer__open_next(struct writer *writer, const struct log_path *path, __u64 bytes)
{
	int err;

	rotate__drop_next(writer);
	err = output__open(&writer->next, path, &writer->limits);
	if (err < 0) {
		writer->next.fd = -1;
		return err;
	}
	if (!writer->next.regular)
		err = report_error(-ENXIO, "go on in %s", path->path);
	else
		err = output__hold(&writer->next, bytes);
	if (!err)
		return 0;
	rotate__drop_next(writer);
	return writer->next.regular ? report_error(err, "begin the log in %s", path->path) : err;
}

/* Nothing of a file before is left in the writer. */
static void begin_afresh(struct writer *writer)
{
	writer->state = WRITER_WRITING;
	writer->trouble = 0;
	writer->space_missed = writer->skip_line = writer->text_lost = false;
	writer->open_bytes = writer->torn_bytes = writer->used = 0;
	rotate__begin_file(writer);
}

enum output_change writer__look(const struct writer *writer)
{
	return output__look(&writer->output);
}

void writer__restart_file(struct writer *writer)
{
	lines__drop_data(writer->buffer, writer->used, writer->lost);
	output__restart(&writer->output);
	begin_afresh(writer);
}

void writer__replace_file(struct writer *writer)
{
	writer__next_file(writer);
	output__close(&writer->old, false);
	writer->old.fd = -1;
}

int writer__next_file(struct writer *writer)
{
	int behind = writer__is_behind(writer) ? (writer->trouble ?: -EIO) : 0;

	writer__finish_old(writer);
	output__leave(&writer->output);
	writer->old = writer->output;
	writer->next.hurry = writer->output.hurry;
	writer->output = writer->next;
	writer->next.fd = -1;
	begin_afresh(writer);
	return behind;
}

int writer__finish_old(struct writer *writer)
{
	int err = 0;

	/* Its space was given back, and its end may be another's by now. */
	writer->old.space.reserved = false;
	if (writer->old.fd >= 0)
		err = output__close(&writer->old, true);
	writer->old.fd = -1;
	return err;
}
