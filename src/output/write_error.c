// SPDX-License-Identifier: BSD-2-Clause
/*
 * What becomes of the buffer, and of the end of the file, when a write has failed:
 * whole lines stay, torn ones are cut off or completed, the others are counted.
 */
#include <errno.h>
#include <string.h>

#include "output/lines.h"
#include "output/writer_parts.h"

/* Behind the first `from` bytes; headers and footers stay for when the output recovers. */
static void drop_data_lines(struct writer *writer, size_t from)
{
	writer->used =
		from + lines__drop_data(writer->buffer + from, writer->used - from, writer->lost);
}

/* Removes the torn end that a failed write left in the file. 0 or negative errno. */
int write_error__cut_torn_line(struct writer *writer)
{
	int err = output__cut(&writer->output, writer->torn_bytes);

	if (err)
		return err;
	/* With the torn end the space behind it has gone: the footer's is needed again. */
	if (writer->torn_bytes)
		output__hold(&writer->output, writer->footer_bytes);
	writer->torn_bytes = 0;
	return 0;
}

/* Takes the first `bytes` out of the buffer. */
void write_error__forget(struct writer *writer, size_t bytes)
{
	writer->used -= bytes;
	memmove(writer->buffer, writer->buffer + bytes, writer->used);
}

/*
 * A regular file: what is torn is cut off, and written again later unless its
 * beginning is no longer in the buffer, which only a line longer than the
 * buffer can suffer. `done` bytes of the buffer have reached the file.
 */
static void recover_file(struct writer *writer, size_t done)
{
	size_t whole = lines__whole(writer->buffer, done);

	writer->torn_bytes = done - whole;
	if (whole == 0 && writer->open_bytes) {
		writer->torn_bytes += writer->open_bytes;
		writer->skip_line = writer->text_lost = true;
	}
	writer->open_bytes = 0;
	write_error__cut_torn_line(writer);
	write_error__forget(writer, whole);
	drop_data_lines(writer, 0);
}

/* Any other output: the rest of a line that has begun stays first in the buffer. */
static void recover_stream(struct writer *writer, size_t done)
{
	size_t whole = lines__whole(writer->buffer, done);

	if (whole < done && (whole || !writer->open_bytes))
		writer->open_line = lines__direction(writer->buffer + whole, writer->used - whole);
	writer->open_bytes = whole ? done - whole : writer->open_bytes + done;
	write_error__forget(writer, done);
	drop_data_lines(writer,
			writer->open_bytes ? lines__first(writer->buffer, writer->used) : 0);
}

/* For good: every line is lost of which not all got through. */
void write_error__abandon(struct writer *writer, size_t done)
{
	size_t whole = lines__whole(writer->buffer, done);

	if (writer->open_bytes && !whole) {
		lines__count(writer->open_line, writer->lost);
		whole = lines__first(writer->buffer, writer->used);
	}
	write_error__forget(writer, whole);
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
	else if (writer->torn_bytes)
		drop_data_lines(writer, 0);
	else
		recover_file(writer, done);
	return err;
}
