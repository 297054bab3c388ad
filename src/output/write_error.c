// SPDX-License-Identifier: BSD-2-Clause
#include "output/write_error.h"

#include <errno.h>
#include <string.h>

#include "output/frame_output.h"
#include "output/lines.h"
#include "output/writer_state.h"

/*
 * Drops the data lines of the buffer after its first `from` bytes. Headers and footers stay, to be
 * written after the recovery.
 */
static void drop_data_lines(struct writer *writer, size_t from)
{
	writer->used =
		from + lines__drop_data(writer->encoding.format, writer->buffer + from,
					writer->used - from, writer->lost, &writer->observer);
}

void write_error__observe_lost(struct writer *writer,
			       void (*lost)(void *context, const char *line, size_t bytes),
			       void *context)
{
	writer->observer = (struct lines_observer){lost, context};
}

int write_error__cut_partial_line(struct writer *writer)
{
	int err = output__cut(&writer->output, writer->partial_bytes);

	if (err)
		return err;
	/* Allocate the footer's space again, which truncating the file has released. */
	if (writer->partial_bytes)
		output__hold(&writer->output, writer->footer_bytes);
	writer->partial_bytes = 0;
	return 0;
}

void write_error__forget(struct writer *writer, size_t bytes)
{
	writer->used -= bytes;
	memmove(writer->buffer, writer->buffer + bytes, writer->used);
}

/*
 * Recovers a regular file after a failed write, of which `done` bytes were written: the partial
 * line is removed from the file. Data lines left in the buffer are dropped and counted; a header or
 * footer stays, to be written later. A line longer than the buffer is lost, as its beginning is no
 * longer in the buffer.
 */
static void recover_file(struct writer *writer, size_t done)
{
	size_t complete = lines__complete(writer->buffer, done);

	writer->partial_bytes = done - complete;
	if (complete == 0 && writer->open_bytes) {
		writer->partial_bytes += writer->open_bytes;
		writer->skip_line = writer->text_lost = true;
	}
	writer->open_bytes = 0;
	write_error__cut_partial_line(writer);
	write_error__forget(writer, complete);
	drop_data_lines(writer, 0);
}

/*
 * Recovers a pipe or terminal: the rest of a partly written line stays first in the buffer, the
 * data lines behind it are dropped and counted.
 */
static void recover_stream(struct writer *writer, size_t done)
{
	size_t complete = lines__complete(writer->buffer, done);

	if (complete < done && (complete || !writer->open_bytes))
		writer->open_line =
			lines__direction(writer->encoding.format, writer->buffer + complete,
					 writer->used - complete);
	writer->open_bytes = complete ? done - complete : writer->open_bytes + done;
	write_error__forget(writer, done);
	drop_data_lines(writer,
			writer->open_bytes ? lines__first(writer->buffer, writer->used) : 0);
}

void write_error__abandon(struct writer *writer, size_t done)
{
	size_t complete = lines__complete(writer->buffer, done);

	if (writer->open_bytes && !complete) {
		lines__count(writer->open_line, writer->lost);
		complete = lines__first(writer->buffer, writer->used);
	}
	write_error__forget(writer, complete);
	drop_data_lines(writer, 0);
	writer->state = WRITER_CLOSED;
	writer->text_lost |= writer->used > 0;
	writer->open_bytes = 0;
	writer->used = 0;
}

int write_error__begin(struct writer *writer, int err, size_t done)
{
	writer->trouble = err;
	writer->state = WRITER_FULL;
	writer->space_missed = false;
	if (err == -EPIPE)
		write_error__abandon(writer, done);
	else if (!writer->output.regular)
		recover_stream(writer, done);
	else if (writer->partial_bytes)
		drop_data_lines(writer, 0);
	else
		recover_file(writer, done);
	/* Allocate the footer's space again, which removing an incomplete frame has released. */
	if (writer->output.frames)
		frame_output__hold(&writer->output, writer->footer_bytes);
	return err;
}
