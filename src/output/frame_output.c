// SPDX-License-Identifier: BSD-2-Clause
#include "output/frame_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/frame_scan.h"
#include "output/frames.h"
#include "report/report.h"

/* What encode() of a format makes of some text is longer than that text by this factor at most. */
#define ENCODED_FACTOR 2

/* Turns lines of text into the bytes of a format that is not text, see encode() in format.h. */
struct encoder {
	const struct format *format;
	bool in_line; /* the text written so far ends within a line */
	char out[FRAMES_TEXT_MAX];
};

/*
 * Enters the frames that the file `name` has already, and removes an incomplete one at its end, so
 * that writing continues behind the last complete frame. 0 or a negative errno, reported.
 */
static int find_frames(struct output *output, const char *name)
{
	__u64 end = 0;
	int err = frame_scan__read(output->fd, output->position, output->frames, &end);

	if (err == -EBADMSG)
		report_message("cannot append to %s: it has more than the zstd frames that "
			       "siftr-bpf writes; name another file, or move it away",
			       name);
	else if (err)
		report_error(err, "read which zstd frames %s has", name);
	if (err)
		return err;
	err = output__cut(output, output->position - end);
	return err ? report_error(err, "remove the incomplete end of %s", name) : 0;
}

/* Makes what the lines pass through before they are written. 0 or a negative errno, reported. */
static int set_up(struct output *output, const struct log_encoding *encoding)
{
	if (encoding->format->encode) {
		output->encoder = calloc(1, sizeof(*output->encoder));
		if (!output->encoder)
			return report_error(-ENOMEM, "set up the format");
		output->encoder->format = encoding->format;
	}
	if (encoding->zstd) {
		output->frames = frames__new();
		if (!output->frames)
			return report_error(-ENOMEM, "compress the log");
	}
	return 0;
}

int frame_output__open(struct output *output, const struct log_path *path,
		       const struct preallocate_limits *limits, const struct log_encoding *encoding)
{
	int err = output__open(output, path, limits, encoding);

	if (err)
		return err;
	err = set_up(output, encoding);
	if (!err && output->frames && output->regular && output->position)
		err = find_frames(output, path ? path->path : "standard output");
	if (err)
		frame_output__close(output, false);
	return err;
}

__u64 frame_output__overhead(const struct output *output, __u64 bytes)
{
	__u64 encoded = output->encoder ? ENCODED_FACTOR * bytes : bytes;

	if (output->frames)
		encoded += frames__overhead(output->frames, encoded);
	return encoded - bytes;
}

static __u64 with_overhead(const struct output *output, __u64 bytes)
{
	return bytes + frame_output__overhead(output, bytes);
}

int frame_output__hold(struct output *output, __u64 bytes)
{
	return output__hold(output, with_overhead(output, bytes));
}

int frame_output__hold_exactly(struct output *output, __u64 bytes)
{
	return preallocate__hold_exactly(&output->space, output->position,
					 with_overhead(output, bytes));
}

/* Removes what a failed write has left of a frame; -EIO on a pipe, where that is impossible. */
static int cut_incomplete(struct output *output)
{
	int err;

	if (!output->incomplete_bytes)
		return 0;
	err = output->regular ? output__cut(output, output->incomplete_bytes) : -EIO;
	if (!err)
		output->incomplete_bytes = 0;
	return err;
}

static int write_whole(struct output *output, const char *frame, size_t bytes)
{
	size_t done = 0;
	int err = cut_incomplete(output);

	if (!err)
		err = output__write(output, frame, bytes, &done);
	if (err && done) {
		output->incomplete_bytes = done;
		cut_incomplete(output);
	}
	return err;
}

/* Writes bytes of the log, at most FRAMES_TEXT_MAX if it is compressed: all or none. */
static int write_bytes(struct output *output, const char *log, size_t bytes)
{
	const char *frame;
	size_t frame_bytes;
	int err;

	if (!output->frames)
		return write_whole(output, log, bytes);
	err = frames__compress(output->frames, log, bytes, &frame, &frame_bytes);
	if (!err)
		err = write_whole(output, frame, frame_bytes);
	return err ? err : frames__add(output->frames, frame_bytes, bytes);
}

/*
 * How much of the text to encode at once: complete lines, of which encode() makes no more than fits
 * into a frame, or one that is longer, which can only be a footer: that grows by a newline alone.
 */
static size_t encoded_at_once(const char *text, size_t bytes)
{
	size_t most = FRAMES_TEXT_MAX / ENCODED_FACTOR;
	const char *end;

	if (bytes <= most)
		return bytes;
	end = memrchr(text, '\n', most);
	if (!end)
		end = memchr(text + most, '\n', bytes - most);
	if (end)
		bytes = (size_t)(end + 1 - text);
	return bytes < FRAMES_TEXT_MAX ? bytes : FRAMES_TEXT_MAX - 1;
}

static int write_encoded(struct output *output, const char *text, size_t bytes, size_t *done)
{
	struct encoder *encoder = output->encoder;

	*done = 0;
	while (*done < bytes) {
		size_t part = encoded_at_once(text + *done, bytes - *done);
		bool in_line = encoder->in_line;
		const char *end =
			encoder->format->encode(encoder->out, text + *done, part, &in_line);
		int err = write_bytes(output, encoder->out, (size_t)(end - encoder->out));

		if (err)
			return err;
		encoder->in_line = in_line;
		*done += part;
	}
	return 0;
}

int frame_output__write(struct output *output, const char *text, size_t bytes, size_t *done)
{
	int err;

	if (output->encoder)
		return write_encoded(output, text, bytes, done);
	if (!output->frames)
		return output__write(output, text, bytes, done);
	err = write_bytes(output, text, bytes);
	*done = err ? 0 : bytes;
	return err;
}

void frame_output__restart(struct output *output)
{
	output__restart(output);
	output->incomplete_bytes = 0;
	if (output->encoder)
		output->encoder->in_line = false;
	if (output->frames)
		output__cut(output,
			    output->position - frames__cut(output->frames, output->position));
}

static int write_table(struct output *output)
{
	const char *table;
	size_t bytes;
	int err;

	if (!output->frames)
		return 0;
	table = frames__table(output->frames, &bytes);
	err = bytes ? write_whole(output, table, bytes) : 0;
	frames__free(output->frames);
	output->frames = NULL;
	return err;
}

int frame_output__leave(struct output *output)
{
	int err = write_table(output);

	output__leave(output);
	return err;
}

int frame_output__close(struct output *output, bool sync)
{
	int err = sync ? write_table(output) : 0, close_err;

	frames__free(output->frames);
	output->frames = NULL;
	free(output->encoder);
	output->encoder = NULL;
	close_err = output__close(output, sync);
	return err ? err : close_err;
}
