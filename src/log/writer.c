// SPDX-License-Identifier: BSD-2-Clause
/*
 * A buffer of lines before an output. Its one rule: an output never shows half
 * a line followed by another line. A regular file is cut back to its last whole
 * line when a write comes up short; any other output gets the rest of the line
 * it has begun before anything else.
 */
#include "log/writer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "log/output.h"
#include "report.h"

#define BUFFER_BYTES (256 * 1024)

struct writer {
	struct output output;
	bool gone;	   /* the output can never be written again */
	bool skip_line;	   /* the line being committed has lost its beginning */
	char open_line;	   /* 'i' or 'o' if the open line is such a data line, else 0 */
	int trouble;	   /* why nothing can be written, 0 or negative errno */
	size_t open_bytes; /* of the buffer's first line, already in the output */
	size_t torn_bytes; /* at the end of the file, still to be cut off */
	size_t used;
	__u64 lost[SIFTR_DIRECTIONS];
	char buffer[BUFFER_BYTES];
};

int writer__open(const char *path, struct writer **out)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	int err;

	*out = NULL;
	if (!writer)
		return report_error(-ENOMEM, "set up the log");
	err = output__open(&writer->output, path);
	if (err < 0) {
		free(writer);
		return err;
	}
	if (output__ends_torn(&writer->output))
		writer->buffer[writer->used++] = '\n';
	*out = writer;
	return 0;
}

void writer__hurry_when(struct writer *writer, const volatile sig_atomic_t *hurry)
{
	writer->output.hurry = hurry;
}

int writer__reader_fd(const struct writer *writer)
{
	return writer->output.regular ? -1 : writer->output.fd;
}

/* Where the last line that is whole in `text` ends; 0 if none is. */
static size_t whole_lines(const char *text, size_t bytes)
{
	while (bytes && text[bytes - 1] != '\n')
		bytes--;
	return bytes;
}

/* Where the first line of `text` ends; `bytes` if it does not. */
static size_t first_line(const char *text, size_t bytes)
{
	const char *end = bytes ? memchr(text, '\n', bytes) : NULL;

	return end ? (size_t)(end + 1 - text) : bytes;
}

/* 'i' or 'o' for a data line, 0 for any other. */
static char data_line(const char *text, size_t bytes)
{
	return bytes >= 2 && (text[0] == 'i' || text[0] == 'o') && text[1] == ',' ? text[0] : 0;
}

static void count_lost(struct writer *writer, char line)
{
	if (line)
		writer->lost[line == 'i' ? SIFTR_IN : SIFTR_OUT]++;
}

/*
 * Drops the data lines behind the first `from` bytes, counts them, and moves
 * headers and footers together so that the output gets them when it recovers.
 * A last line without its end stays, whatever it is.
 */
static void drop_data_lines(struct writer *writer, size_t from)
{
	char *text = writer->buffer;
	size_t kept = from;

	for (size_t at = from, length; at < writer->used; at += length) {
		char line;

		length = first_line(text + at, writer->used - at);
		line = data_line(text + at, length);
		if (line && text[at + length - 1] == '\n') {
			count_lost(writer, line);
			continue;
		}
		memmove(text + kept, text + at, length);
		kept += length;
	}
	writer->used = kept;
}

/* Removes the torn end that a failed write left in the file. 0 or negative errno. */
static int cut_torn_line(struct writer *writer)
{
	int err = output__cut(&writer->output, writer->torn_bytes);

	if (!err)
		writer->torn_bytes = 0;
	return err;
}

/* Takes the first `bytes` out of the buffer. */
static void forget(struct writer *writer, size_t bytes)
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
	size_t whole = whole_lines(writer->buffer, done);

	writer->torn_bytes = done - whole;
	if (whole == 0 && writer->open_bytes) {
		writer->torn_bytes += writer->open_bytes;
		writer->skip_line = true;
	}
	writer->open_bytes = 0;
	cut_torn_line(writer);
	forget(writer, whole);
	drop_data_lines(writer, 0);
}

/* Any other output: the rest of a line that has begun stays first in the buffer. */
static void recover_stream(struct writer *writer, size_t done)
{
	size_t whole = whole_lines(writer->buffer, done);

	if (whole < done && (whole || !writer->open_bytes))
		writer->open_line = data_line(writer->buffer + whole, writer->used - whole);
	writer->open_bytes = whole ? done - whole : writer->open_bytes + done;
	forget(writer, done);
	drop_data_lines(writer, writer->open_bytes ? first_line(writer->buffer, writer->used) : 0);
}

/* For good: every line is lost of which not all got through. */
static void abandon(struct writer *writer, size_t done)
{
	size_t whole = whole_lines(writer->buffer, done);

	if (writer->open_bytes && !whole) {
		count_lost(writer, writer->open_line);
		whole = first_line(writer->buffer, writer->used);
	}
	forget(writer, whole);
	drop_data_lines(writer, 0);
	writer->gone = true;
	writer->open_bytes = 0;
	writer->used = 0;
}

/* Drops what is buffered of a line that lost its beginning. */
static void skip_rest(struct writer *writer)
{
	size_t length = first_line(writer->buffer, writer->used);

	writer->skip_line = length == 0 || writer->buffer[length - 1] != '\n';
	forget(writer, length);
}

static void recover(struct writer *writer, int err, size_t done)
{
	if (err == -EPIPE)
		abandon(writer, done);
	else if (!writer->output.regular)
		recover_stream(writer, done);
	else if (writer->torn_bytes)
		drop_data_lines(writer, 0);
	else
		recover_file(writer, done);
}

int writer__flush(struct writer *writer)
{
	size_t bytes, done = 0;
	int err;

	if (writer->gone) {
		abandon(writer, 0);
		return writer->trouble;
	}
	if (writer->skip_line)
		skip_rest(writer);
	if (writer->used == 0) {
		cut_torn_line(writer);
		if (output__reader_left(&writer->output)) {
			writer->trouble = -EPIPE;
			abandon(writer, 0);
		}
		return writer->trouble;
	}
	/* Whole lines where there are any, so that a killed run leaves no torn tail. */
	bytes = whole_lines(writer->buffer, writer->used);
	if (bytes == 0)
		bytes = writer->used;
	err = cut_torn_line(writer);
	if (!err)
		err = output__write(&writer->output, writer->buffer, bytes, &done);
	writer->trouble = err;
	if (err) {
		recover(writer, err, done);
		return err;
	}
	if (writer->buffer[bytes - 1] == '\n')
		writer->open_bytes = 0;
	else
		writer->open_bytes += bytes;
	forget(writer, bytes);
	return 0;
}

/*
 * What is still in a full buffer after a flush is no data line but a footer's
 * flow list, or headers without end: it has to go, and its line with it.
 */
static void give_up_text(struct writer *writer)
{
	if (writer->open_bytes && !writer->output.regular)
		abandon(writer, 0);
	else
		writer->skip_line = writer->buffer[writer->used - 1] != '\n';
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

int writer__trouble(const struct writer *writer)
{
	return writer->trouble;
}

void writer__lost_lines(const struct writer *writer, __u64 lost[SIFTR_DIRECTIONS])
{
	memcpy(lost, writer->lost, sizeof(writer->lost));
}

int writer__close(struct writer *writer)
{
	int err, close_err;

	if (!writer)
		return 0;
	err = writer__flush(writer);
	if (!err && writer->used)
		err = writer__flush(writer);
	close_err = output__close(&writer->output);
	free(writer);
	return err ? err : close_err;
}
