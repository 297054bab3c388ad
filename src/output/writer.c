// SPDX-License-Identifier: BSD-2-Clause
/*
 * A buffer of lines before an output. Its one rule: an output never shows half
 * a line followed by another line. A regular file is cut back to its last whole
 * line when a write comes up short; any other output gets the rest of the line
 * it has begun before anything else.
 */
#include "output/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/lines.h"
#include "output/writer_parts.h"
#include "report/report.h"

#define RESUME_BYTES (64 * 1024) /* of space for data lines, before they are taken again */

int writer__open(const struct log_path *path, const struct preallocate_limits *limits,
		 struct writer **out)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	int err;

	*out = NULL;
	if (!writer)
		return report_error(-ENOMEM, "set up the log");
	writer->limits = *limits;
	writer->next.fd = writer->old.fd = -1;
	err = output__open(&writer->output, path, limits);
	if (err < 0) {
		free(writer);
		return err;
	}
	rotate__begin_file(writer);
	*out = writer;
	return 0;
}

void writer__hurry_when(struct writer *writer, const volatile sig_atomic_t *hurry)
{
	writer->output.hurry = hurry;
}

bool writer__wait_until_read(const struct writer *writer)
{
	return output__wait_until_read(&writer->output);
}

int writer__reader_fd(const struct writer *writer)
{
	return writer->output.regular ? -1 : writer->output.fd;
}

bool writer__is_terminal(const struct writer *writer)
{
	return output__is_terminal(&writer->output);
}

/*
 * Whether there is space for data lines again. Of other trouble only a write can tell
 * whether it is over, so that lines are taken for one.
 */
static void try_to_resume(struct writer *writer)
{
	int err = output__hold(&writer->output, writer->used + RESUME_BYTES + writer->footer_bytes);

	if (err) {
		writer->trouble = err;
		writer->space_missed = true;
		return;
	}
	writer->state = WRITER_WRITING;
	if (writer->space_missed)
		writer->trouble = 0;
	writer->space_missed = false;
}

/* Whole lines where there are any, so that a killed run leaves no torn tail. */
static int write_buffer(struct writer *writer)
{
	size_t bytes = lines__whole(writer->buffer, writer->used), done = 0;
	int err;

	if (bytes == 0)
		bytes = writer->used;
	err = write_error__cut_torn_line(writer);
	if (!err)
		err = output__write(&writer->output, writer->buffer, bytes, &done);
	if (err)
		return write_error__begin(writer, err, done);
	if (writer->buffer[bytes - 1] == '\n')
		writer->open_bytes = 0;
	else
		writer->open_bytes += bytes;
	write_error__forget(writer, bytes);
	if (writer->state == WRITER_WRITING)
		writer->trouble = 0;
	return writer->trouble;
}

/* Drops what is buffered of a line that lost its beginning. */
static void skip_rest(struct writer *writer)
{
	size_t length = lines__first(writer->buffer, writer->used);

	writer->skip_line = length == 0 || writer->buffer[length - 1] != '\n';
	write_error__forget(writer, length);
}

int writer__flush(struct writer *writer)
{
	if (writer->state == WRITER_CLOSED) {
		write_error__abandon(writer, 0);
		return writer->trouble;
	}
	if (writer->skip_line)
		skip_rest(writer);
	if (writer->state == WRITER_FULL)
		try_to_resume(writer);
	if (writer->used)
		return write_buffer(writer);
	write_error__cut_torn_line(writer);
	if (output__reader_left(&writer->output)) {
		writer->trouble = -EPIPE;
		write_error__abandon(writer, 0);
	}
	return writer->trouble;
}

bool writer__takes(struct writer *writer, size_t lines, size_t line_bytes, __u64 footer_bytes)
{
	int err;

	writer->footer_bytes = footer_bytes;
	/* What is no file may stall, but cannot be full: its lines are lost in the buffer. */
	if (!writer->output.regular)
		return true;
	if (writer->state != WRITER_WRITING)
		return false;
	err = output__hold(&writer->output, writer->used + lines * line_bytes + footer_bytes);
	if (err) {
		writer->trouble = err;
		writer->state = WRITER_FULL;
		writer->space_missed = true;
	}
	return !err;
}

bool writer__takes_header(struct writer *writer, size_t header_bytes, __u64 footer_bytes)
{
	struct output *output = &writer->output;
	int err;

	writer->footer_bytes = footer_bytes;
	if (!output->regular)
		return true;
	err = preallocate__hold_exactly(&output->space, output->position,
					writer->used + header_bytes + footer_bytes);
	if (err) {
		writer->trouble = err;
		writer->state = WRITER_FULL;
		writer->space_missed = true;
	}
	return !err;
}

void writer__lose(struct writer *writer, int direction)
{
	writer->lost[direction]++;
}

/*
 * What is still in a full buffer after a flush is no data line but a footer's
 * flow list, or headers without end: it has to go, and its line with it.
 */
static void give_up_text(struct writer *writer)
{
	if (writer->open_bytes && !writer->output.regular)
		write_error__abandon(writer, 0);
	else
		writer->skip_line = writer->buffer[writer->used - 1] != '\n';
	writer->text_lost = true;
	writer->used = 0;
}

char *writer__room(struct writer *writer, size_t bytes)
{
	if (writer->used + bytes > BUFFER_BYTES) {
		writer__flush(writer);
		if (writer->used + bytes > BUFFER_BYTES && !writer->trouble)
			writer__flush(writer);
		if (writer->used + bytes > BUFFER_BYTES)
			give_up_text(writer);
	}
	return writer->buffer + writer->used;
}

void writer__commit(struct writer *writer, const char *end)
{
	writer->used = (size_t)(end - writer->buffer);
}

void writer__give_up(struct writer *writer)
{
	write_error__cut_torn_line(writer);
	write_error__abandon(writer, 0);
}

int writer__trouble(const struct writer *writer)
{
	return writer->trouble;
}

void writer__lost_lines(const struct writer *writer, __u64 lost[SIFTR_DIRECTIONS])
{
	memcpy(lost, writer->lost, sizeof(writer->lost));
}

bool writer__is_behind(const struct writer *writer)
{
	return writer->used || writer->torn_bytes || writer->text_lost;
}

bool writer__spares_space(const struct writer *writer)
{
	return writer->trouble == -ENOSPC && writer->output.space.min_free;
}

int writer__close(struct writer *writer)
{
	int err, close_err;

	if (!writer)
		return 0;
	if (!writer__flush(writer) && writer->used)
		writer__flush(writer);
	err = writer__is_behind(writer) ? (writer->trouble ?: -EIO) : 0;
	rotate__drop_next(writer);
	writer__finish_old(writer);
	close_err = output__close(&writer->output, true);
	free(writer);
	return err ? err : close_err;
}
