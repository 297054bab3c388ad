// SPDX-License-Identifier: BSD-2-Clause
#include "output/frame_output.h"

#include <errno.h>
#include <stdlib.h>

#include "output/frame_scan.h"
#include "output/frames.h"
#include "report/report.h"

/* Turns lines of text into the bytes of a format that is not text, see encode() in format.h. */
struct encoder {
	const struct format *format;
	bool in_line; /* the text written so far ends within a line */
	char out[2 * FRAMES_TEXT_MAX];
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

static int open_encoder(struct output *output, const struct log_encoding *encoding)
{
	int err = 0;

	output->encoder = encoding->zstd ? NULL : calloc(1, sizeof(*output->encoder));
	if (output->encoder) {
		output->encoder->format = encoding->format;
		return 0;
	}
	if (encoding->zstd) {
		report_message("the format %s cannot be written compressed: compress it afterwards",
			       encoding->format->name);
		err = -EINVAL;
	} else {
		err = report_error(-ENOMEM, "set up the format");
	}
	frame_output__close(output, false);
	return err;
}

int frame_output__open(struct output *output, const struct log_path *path,
		       const struct preallocate_limits *limits, const struct log_encoding *encoding)
{
	int err = output__open(output, path, limits, encoding);

	if (!err && encoding->format->encode)
		return open_encoder(output, encoding);
	if (err || !encoding->zstd)
		return err;
	output->frames = frames__new();
	if (!output->frames)
		err = report_error(-ENOMEM, "compress the log");
	else if (output->regular && output->position)
		err = find_frames(output, path ? path->path : "standard output");
	if (err)
		frame_output__close(output, false);
	return err;
}

__u64 frame_output__overhead(const struct output *output, __u64 bytes)
{
	if (output->encoder)
		return bytes;
	return output->frames ? frames__overhead(output->frames, bytes) : 0;
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

static int write_encoded(struct output *output, const char *text, size_t bytes, size_t *done)
{
	struct encoder *encoder = output->encoder;
	bool in_line = encoder->in_line;
	const char *end = encoder->format->encode(encoder->out, text, bytes, &in_line);
	int err = write_whole(output, encoder->out, (size_t)(end - encoder->out));

	*done = err ? 0 : bytes;
	if (!err)
		encoder->in_line = in_line;
	return err;
}

int frame_output__write(struct output *output, const char *text, size_t bytes, size_t *done)
{
	const char *frame;
	size_t frame_bytes;
	int err;

	if (output->encoder)
		return write_encoded(output, text, bytes, done);
	if (!output->frames)
		return output__write(output, text, bytes, done);
	*done = 0;
	err = frames__compress(output->frames, text, bytes, &frame, &frame_bytes);
	if (!err)
		err = write_whole(output, frame, frame_bytes);
	if (!err)
		err = frames__add(output->frames, frame_bytes, bytes);
	if (!err)
		*done = bytes;
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
