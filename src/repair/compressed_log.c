// SPDX-License-Identifier: BSD-2-Clause
#include "repair/compressed_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/frame_scan.h"
#include "read/file_beginning.h"

/*
 * Whether the rest of the file, from the offset `at` to its end at `file_bytes`, is the seek table
 * of the frames before `at`. 1, 0 or a negative errno.
 */
static int is_table(int fd, struct frames *frames, __u64 at, __u64 file_bytes)
{
	size_t expected, bytes;
	const char *table = frames__table(frames, &expected);
	char *found;
	int err;

	if (file_bytes - at != expected)
		return 0;
	found = malloc(expected);
	if (!found)
		return -ENOMEM;
	err = file_beginning__read_at(fd, at, found, expected, &bytes);
	if (!err)
		err = bytes == expected && !memcmp(found, table, expected);
	free(found);
	return err;
}

/* Plans to write the seek table at `at`, instead of what the file has from there on. */
static int plan_table(struct compressed_log *log, struct frames *frames, __u64 at, __u64 size)
{
	struct file_patch_edit edit = {.at = at, .removed = size - at};
	const char *table = frames__table(frames, &edit.bytes);

	edit.text = malloc(edit.bytes);
	if (!edit.text)
		return -ENOMEM;
	memcpy(edit.text, table, edit.bytes);
	log->needs_table = true;
	return file_patch__add(&log->edits, edit);
}

/*
 * If the last frame has no text, it is taken for the seek table. A file of one complete frame,
 * which is also what zstd(1) writes, needs no table; but if an incomplete frame was cut off after
 * it, a killed run has left the file, and the table is written.
 */
static int plan(struct compressed_log *log, struct frames *frames, int fd, __u64 end, __u64 size)
{
	size_t text_bytes, bytes = frames__last(frames, &text_bytes);
	int right = 0;

	log->removed = size - end;
	if (bytes && !text_bytes && !log->removed) {
		frames__cut(frames, end -= bytes);
		right = is_table(fd, frames, end, size);
		log->wrong_table = right == 0;
	}
	log->frames = frames__count(frames);
	if (right || !log->frames)
		return right < 0 ? right : log->frames ? 0 : -EBADMSG;
	if (log->frames == 1 && !log->removed && !log->wrong_table)
		return 0;
	return plan_table(log, frames, end, size);
}

int compressed_log__plan(struct compressed_log *log, int fd, int copy_fd)
{
	struct frames *frames = frames__new();
	struct stat status;
	__u64 end;
	int err;

	*log = (struct compressed_log){};
	file_patch__init(&log->edits, fd, copy_fd);
	err = !frames ? -ENOMEM : fstat(fd, &status) < 0 ? -errno : 0;
	if (!err)
		err = frame_scan__read(fd, (__u64)status.st_size, frames, &end);
	if (!err)
		err = plan(log, frames, fd, end, (__u64)status.st_size);
	frames__free(frames);
	return err;
}

void compressed_log__free(struct compressed_log *log)
{
	file_patch__free(&log->edits);
}
