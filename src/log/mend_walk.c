// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run is killed when the log or the next run's header comes where its footer
 * should be. The last line before that may be torn: at the end of the log it
 * lacks its '\n', before a header the next run has ended it.
 */
#include "log/mend_walk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log/mend_footer.h"

#define US_PER_SECOND 1000000ULL

static struct siftr_time begun(const struct run *run)
{
	return (struct siftr_time){run->header.time_us / US_PER_SECOND,
				   (__u32)(run->header.time_us % US_PER_SECOND)};
}

/* The checkpoint of the run that was just read. A state, or a negative errno. */
static int load_checkpoint(struct walk *walk, struct checkpoint_kept *kept)
{
	struct mend *mend = walk->mend;
	char name[NAME_MAX + 1];
	int state, err;

	if (checkpoint__find(walk->directory_fd, begun(&walk->run), name, sizeof(name)))
		return CHECKPOINT_NONE;
	state = checkpoint__load(walk->directory_fd, name, &walk->identity, walk->status.st_uid,
				 kept);
	if (state == CHECKPOINT_OTHER || state == CHECKPOINT_FOREIGN) {
		snprintf(mend->refused, sizeof(mend->refused), "%s", name);
		mend->refused_state = state;
	} else if (state == CHECKPOINT_GOOD || state == CHECKPOINT_DAMAGED) {
		err = mend__note_used(mend, name);
		state = err ? err : state;
	}
	return state;
}

/* The run has no footer; its whole lines end at `end`, and `torn` bytes follow. */
static int mend_run(struct walk *walk, __u64 end, __u64 torn)
{
	struct mend_run *told = mend__add_run(walk->mend);
	struct edit edit = {.at = end, .removed = torn};
	struct checkpoint_kept kept = {};
	int err, state;

	if (!told)
		return -ENOMEM;
	told->line = walk->run.line;
	told->torn_bytes = torn;
	state = load_checkpoint(walk, &kept);
	if (state == CHECKPOINT_OTHER || state == CHECKPOINT_FOREIGN)
		return -EBADF;
	if (state < 0)
		return state;
	told->checkpoint = state;
	err = mend__footer(&walk->run, walk->last_us, state == CHECKPOINT_GOOD ? &kept : NULL,
			   &edit.text, &edit.bytes, told);
	checkpoint__free_kept(&kept);
	return err ? err : edits__add(&walk->mend->edits, edit);
}

/* A killed run ends where the next header, or the log's torn end, begins. */
static int end_killed(struct walk *walk, __u64 end, __u64 torn)
{
	int err;

	if (walk->bad.bytes) {
		torn += walk->bad.bytes;
		end = walk->bad.at;
	}
	walk->bad.bytes = 0;
	err = mend_run(walk, end, torn);
	run__end(&walk->run);
	walk->running = false;
	return err;
}

/*
 * A checkpoint outlives its run when the program is killed behind the footer; when
 * repair is, it may be that of the file that was there before.
 */
static int end_whole(struct walk *walk)
{
	struct checkpoint_kept kept = {};
	int state = load_checkpoint(walk, &kept);

	checkpoint__free_kept(&kept);
	if (state == CHECKPOINT_OTHER &&
	    checkpoint__is_orphan(walk->directory_fd, walk->mend->refused))
		state = mend__note_used(walk->mend, walk->mend->refused);
	walk->mend->defects += walk->footer_bad;
	run__end(&walk->run);
	walk->running = false;
	return state < 0 ? state : 0;
}

static int begin_run(struct walk *walk, const struct reader_event *event, __u64 at)
{
	__u64 bytes = input__offset(&walk->reader.input) - at;
	struct checkpoint_run *identity = &walk->identity;
	int err = run__begin(&walk->run, 0, &walk->sink);

	walk->running = true;
	walk->run.line = event->line;
	walk->run.header = event->header;
	walk->last_us = 0;
	walk->footer_bad = false;
	walk->mend->defects += event->defects != 0;
	*identity = (struct checkpoint_run){
		.inode = walk->status.st_ino, .offset = at, .header_bytes = bytes};
	if (!err && bytes <= sizeof(identity->header) &&
	    pread(walk->fd, identity->header, bytes, (off_t)at) != (ssize_t)bytes)
		err = -EIO;
	return err;
}

static int take_header(struct walk *walk, const struct reader_event *event, __u64 at)
{
	int err = walk->running ? end_killed(walk, at, 0) : 0;

	return err ? err : begin_run(walk, event, at);
}

/* It stands before other lines, so it was not torn: it is counted as check does. */
static void keep_bad_line(struct walk *walk)
{
	if (!walk->bad.bytes)
		return;
	walk->bad.bytes = 0;
	walk->mend->defects++;
	if (walk->bad.direction)
		walk->run.lines[walk->bad.direction == 'o']++;
}

static int take_line(struct walk *walk, const struct reader_event *event, __u64 at)
{
	if (!walk->running) {
		walk->mend->defects++;
		return 0;
	}
	keep_bad_line(walk);
	if (event->kind == READER_DATA) {
		if (event->data.time_us > walk->last_us)
			walk->last_us = event->data.time_us;
		return run__data(&walk->run, event);
	}
	walk->bad = (struct bad_line){
		.at = at,
		.bytes = input__offset(&walk->reader.input) - at,
		.direction = event->kind == READER_BAD_DATA ? event->data.direction : 0,
	};
	return 0;
}

static int take(struct walk *walk, const struct reader_event *event, __u64 at)
{
	switch (event->kind) {
	case READER_HEADER:
		return take_header(walk, event, at);
	case READER_DATA:
	case READER_BAD_DATA:
	case READER_UNKNOWN:
		return take_line(walk, event, at);
	case READER_FOOTER:
		walk->mend->defects += !walk->running;
		keep_bad_line(walk);
		walk->footer_bad = event->defects != 0;
		return 0;
	case READER_TUPLE:
		walk->footer_bad |= event->defects != 0;
		return 0;
	case READER_FOOTER_END:
		return walk->running ? end_whole(walk) : 0;
	case READER_END:
		break;
	}
	return 0;
}

/* Up to the last whole line: what stands behind it is cut off in any case. */
static int walk_lines(struct walk *walk)
{
	struct reader_event event;
	int err = 0;

	while (!err) {
		__u64 at = input__offset(&walk->reader.input);

		if (at >= walk->whole && !walk->reader.entry)
			break;
		err = reader__next(&walk->reader, &event);
		if (!err && at == 0 && event.kind != READER_HEADER)
			return -EBADMSG;
		if (!err)
			err = take(walk, &event, at);
	}
	return err;
}

static int take_end(struct walk *walk)
{
	struct edit edit = {.at = walk->whole};
	struct mend_run *told;

	edit.removed = (__u64)walk->status.st_size - walk->whole;
	if (walk->running)
		return end_killed(walk, walk->whole, edit.removed);
	if (!edit.removed)
		return 0;
	told = mend__add_run(walk->mend);
	if (!told)
		return -ENOMEM;
	told->torn_bytes = edit.removed;
	return edits__add(&walk->mend->edits, edit);
}

int mend_walk__log(struct walk *walk)
{
	int err = walk_lines(walk);

	if (!err)
		err = take_end(walk);
	if (walk->running)
		run__end(&walk->run);
	return err;
}
