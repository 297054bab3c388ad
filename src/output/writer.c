// SPDX-License-Identifier: BSD-2-Clause
/*
 * A buffer of lines in front of an output. Its rule: the output never shows a partial line
 * followed by another line. After a short write a regular file is truncated to its last
 * complete line; a pipe or terminal gets the rest of the partial line first.
 */
#include "output/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/frame_output.h"
#include "output/lines.h"
#include "output/writer_switch.h"
#include "output/write_error.h"
#include "output/writer_state.h"
#include "report/report.h"

#define RESUME_BYTES (64 * 1024) /* free space needed before data lines are accepted again */

int writer__open(const struct log_path *path, const struct preallocate_limits *limits,
		 const struct log_encoding *encoding, struct writer **out)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	int err;

	*out = NULL;
	if (!writer)
		return report_error(-ENOMEM, "set up the log");
	writer->limits = *limits;
	writer->encoding = *encoding;
	writer->next.fd = writer->old.fd = -1;
	err = frame_output__open(&writer->output, path, limits, encoding);
	if (err < 0) {
		free(writer);
		return err;
	}
	writer_switch__begin_file(writer);
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

bool writer__is_compressed(const struct writer *writer)
{
	return writer->encoding.zstd;
}

__u64 writer__overhead(const struct writer *writer, __u64 bytes)
{
	return frame_output__overhead(&writer->output, writer->used + bytes);
}

size_t writer__frame_bytes(const struct writer *writer)
{
	return writer->output.frames ? writer->used : 0;
}

enum output_change writer__check_file(const struct writer *writer)
{
	return output__check(&writer->output);
}

bool writer__is_terminal(const struct writer *writer)
{
	return output__is_terminal(&writer->output);
}

/*
 * Accepts data lines again if the trouble may be over. Lack of space is over when space can be
 * reserved; for any other error only a write can show that, so data lines are accepted for one
 * attempt.
 */
static void try_to_resume(struct writer *writer)
{
	int err = frame_output__hold(&writer->output,
				     writer->used + RESUME_BYTES + writer->footer_bytes);

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

/*
 * Writes the buffer up to its last complete line, so that a killed run leaves no partial one. Only
 * if the buffer has no complete line is all of it written.
 */
static int write_buffer(struct writer *writer)
{
	size_t bytes = lines__complete(writer->buffer, writer->used), done = 0;
	int err;

	if (bytes == 0)
		bytes = writer->used;
	err = write_error__cut_partial_line(writer);
	if (!err)
		err = frame_output__write(&writer->output, writer->buffer, bytes, &done);
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

/* Drops the rest of a line from the buffer, because the beginning of the line was lost. */
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
	write_error__cut_partial_line(writer);
	if (output__reader_left(&writer->output)) {
		writer->trouble = -EPIPE;
		write_error__abandon(writer, 0);
	}
	return writer->trouble;
}

static int hold_lines(struct writer *writer, size_t bytes)
{
	int err = frame_output__hold(&writer->output, writer->used + bytes + writer->footer_bytes);

	/* The space was for the buffered lines as they are; compressed they take less. */
	if (!err || !writer__frame_bytes(writer) || writer__flush(writer))
		return err;
	return frame_output__hold(&writer->output, bytes + writer->footer_bytes);
}

bool writer__has_space(struct writer *writer, size_t lines, size_t line_bytes, __u64 footer_bytes)
{
	int err;

	writer->footer_bytes = footer_bytes;
	/*
	 * A pipe has no space to run out of: if its reader stalls, lines are lost when the buffer
	 * is full.
	 */
	if (!writer->output.regular)
		return true;
	if (writer->state != WRITER_WRITING)
		return false;
	err = hold_lines(writer, lines * line_bytes);
	if (err) {
		writer->trouble = err;
		writer->state = WRITER_FULL;
		writer->space_missed = true;
	}
	return !err;
}

bool writer__has_header_space(struct writer *writer, size_t header_bytes, __u64 footer_bytes)
{
	struct output *output = &writer->output;
	int err;

	writer->footer_bytes = footer_bytes;
	if (!output->regular)
		return true;
	err = frame_output__hold_exactly(output, writer->used + header_bytes + footer_bytes);
	if (err) {
		writer->trouble = err;
		writer->state = WRITER_FULL;
		writer->space_missed = true;
	}
	return !err;
}

void writer__count_lost(struct writer *writer, int direction)
{
	writer->lost[direction]++;
}

/*
 * Empties a buffer that cannot be flushed. It holds no data lines any more, only a flow list or
 * headers, which are dropped together with the rest of their line.
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

char *writer__reserve(struct writer *writer, size_t bytes)
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

void writer__discard(struct writer *writer)
{
	write_error__cut_partial_line(writer);
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

bool writer__has_unwritten(const struct writer *writer)
{
	return writer_state__has_unwritten(writer);
}

bool writer__is_at_min_free(const struct writer *writer)
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
	err = writer__has_unwritten(writer) ? (writer->trouble ?: -EIO) : 0;
	writer_switch__drop_next(writer);
	writer_switch__finish_old(writer);
	close_err = frame_output__close(&writer->output, true);
	free(writer);
	return err ? err : close_err;
}
