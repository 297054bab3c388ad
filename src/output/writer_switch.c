// SPDX-License-Identifier: BSD-2-Clause
#include "output/writer_switch.h"

#include <errno.h>

#include "output/frame_output.h"
#include "output/lines.h"
#include "output/partial_line.h"
#include "output/writer_state.h"
#include "report/report.h"

void writer_switch__begin_file(struct writer *writer)
{
	/*
	 * A compressed file has no partial line to look for: its incomplete frame has been removed.
	 * Nor has one that is not text.
	 */
	bool is_text = !writer->output.frames && !writer->output.encoder;
	size_t partial = is_text ? partial_line__bytes(&writer->output) : 0;

	/*
	 * In a format without a footer the partial line is removed, as its readers expect each line
	 * to be complete.
	 */
	if (partial && partial < PARTIAL_LINE_MAX && !format__has_footer(writer->encoding.format) &&
	    !output__cut(&writer->output, partial))
		return;
	if (partial)
		writer->buffer[writer->used++] = '\n';
}

void writer_switch__drop_next(struct writer *writer)
{
	if (writer->next.fd >= 0)
		frame_output__close(&writer->next, false);
	writer->next.fd = -1;
}

int writer_switch__open_next(struct writer *writer, const struct log_path *path, __u64 bytes)
{
	int err;

	writer_switch__drop_next(writer);
	err = frame_output__open(&writer->next, path, &writer->limits, &writer->encoding);
	if (err < 0) {
		writer->next.fd = -1;
		return err;
	}
	if (!writer->next.regular)
		err = report_error(-ENXIO, "go on in %s", path->path);
	else
		err = frame_output__hold(&writer->next, bytes);
	if (!err)
		return 0;
	writer_switch__drop_next(writer);
	return writer->next.regular ? report_error(err, "begin the log in %s", path->path) : err;
}

static void begin_afresh(struct writer *writer)
{
	writer->state = WRITER_WRITING;
	writer->trouble = 0;
	writer->space_missed = writer->skip_line = writer->text_lost = false;
	writer->open_bytes = writer->partial_bytes = writer->used = 0;
	writer_switch__begin_file(writer);
}

void writer_switch__restart_file(struct writer *writer)
{
	__u64 dropped[SIFTR_DIRECTIONS] = {}; /* the caller counts them with those of the file */

	lines__drop_data(writer->encoding.format, writer->buffer, writer->used, dropped,
			 &writer->observer);
	frame_output__restart(&writer->output);
	begin_afresh(writer);
}

void writer_switch__replace_file(struct writer *writer)
{
	writer_switch__next_file(writer);
	frame_output__close(&writer->old, false);
	writer->old.fd = -1;
}

int writer_switch__next_file(struct writer *writer)
{
	int err = writer_state__has_unwritten(writer) ? (writer->trouble ?: -EIO) : 0, leave_err;

	writer_switch__finish_old(writer);
	leave_err = frame_output__leave(&writer->output);
	writer->old = writer->output;
	writer->next.hurry = writer->output.hurry;
	writer->output = writer->next;
	writer->next.fd = -1;
	begin_afresh(writer);
	return err ? err : leave_err;
}

int writer_switch__finish_old(struct writer *writer)
{
	int err = 0;

	/*
	 * Do not release space of the old file: that was done, and another process may append to
	 * the file by now.
	 */
	writer->old.space.reserved = false;
	if (writer->old.fd >= 0)
		err = frame_output__close(&writer->old, true);
	writer->old.fd = -1;
	return err;
}
