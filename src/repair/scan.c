// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run is killed when the log or the next run's header comes where its footer
 * should be. The last line before that may be truncated: at the end of the log it
 * lacks its '\n', before a header the next run has ended it. A run that was killed
 * within its header leaves the beginning of one.
 */
#include "repair/scan.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A data line as the reader has it: zeros must stand behind. */
#define LINE_ROOM 1024
#define OUR_END	  ",191"

static int begin_run(struct log_scan *walk, const struct line_event *event)
{
	__u64 bytes = walk->end - walk->at;
	struct checkpoint_run *identity = &walk->identity;
	int err = log_run__begin(&walk->run, 0, &walk->sink);

	walk->running = walk->begun = true;
	walk->run.line = event->line;
	walk->run.header = event->header;
	walk->last_us = walk->last_line_end = 0;
	walk->strange_line = event->defects ? event->line : 0;
	*identity = (struct checkpoint_run){
		.inode = walk->status.st_ino, .offset = walk->at, .header_bytes = bytes};
	if (!err && bytes <= sizeof(identity->header) &&
	    pread(walk->fd, identity->header, bytes, (off_t)walk->at) != (ssize_t)bytes)
		err = -EIO;
	return err;
}

/* Incomplete headers, and no run they belong to, up to `end`. */
static int cut_headers(struct log_scan *walk, __u64 end)
{
	struct file_patch_edit edit = {.at = walk->cut.at, .removed = end - walk->cut.at};
	struct plan_run *told;

	if (!walk->cut.bytes)
		return 0;
	walk->cut.bytes = 0;
	walk->mend->defects = walk->cut.defects;
	told = plan__add_run(walk->mend);
	if (!told)
		return -ENOMEM;
	told->torn_bytes = edit.removed;
	return file_patch__add(&walk->mend->edits, edit);
}

static void note_strange(struct log_scan *walk, __u64 line)
{
	if (!walk->strange_line)
		walk->strange_line = line;
}

/* Other lines stand behind it, so it was not truncated. */
static void keep_cut(struct log_scan *walk)
{
	if (walk->cut.bytes)
		note_strange(walk, walk->cut.line);
	walk->cut.bytes = 0;
}

static void take_truncated(struct log_scan *walk, enum truncated_form form, __u64 line)
{
	bool is_header = form == TRUNCATED_HEADER || (form == TRUNCATED_ZEROS && walk->begun);

	if (walk->cut.bytes && is_header) {
		walk->cut.bytes = walk->end - walk->cut.at;
	} else if (!walk->cut.bytes && (is_header || (walk->running && form != TRUNCATED_NO))) {
		walk->cut = (struct cut){.at = walk->at,
					 .bytes = walk->end - walk->at,
					 .line = line,
					 .defects = walk->defects};
	} else {
		keep_cut(walk);
		note_strange(walk, line);
	}
}

static bool is_open(const struct log_scan *walk)
{
	return walk->open_end && walk->end == (__u64)walk->status.st_size;
}

static int take_header(struct log_scan *walk, const struct line_event *event)
{
	int err = 0;

	if (event->defects) {
		int form = truncated__line(walk->fd, walk->at, walk->end - walk->at - 1);

		if (form < 0)
			return form;
		if (form == TRUNCATED_HEADER) {
			take_truncated(walk, form, event->line);
			return 0;
		}
	}
	err = walk->running ? mend_end__killed(walk, walk->at, BEHIND_HEADER)
			    : cut_headers(walk, walk->at);
	return err ? err : begin_run(walk, event);
}

static int take_data(struct log_scan *walk, const struct line_event *event)
{
	keep_cut(walk);
	if (!walk->running) {
		walk->mend->defects++;
		return 0;
	}
	if (event->data.time_us > walk->last_us)
		walk->last_us = event->data.time_us;
	walk->last_line_at = walk->at;
	walk->last_line_end = walk->end;
	return log_run__data(&walk->run, event);
}

/*
 * Of a last line without '\n' the last column may lack digits: it is complete if it ends
 * as all of Linux do, or as the line before it. `text` has the line and zeros behind it.
 */
static bool is_complete(const struct log_scan *walk, const char *text)
{
	char before[LINE_ROOM];
	__u64 bytes = walk->last_line_end - walk->last_line_at;
	const char *end = strrchr(text, ','), *other;

	if (!end)
		return false;
	if (strcmp(walk->run.header.sysname, "Linux") == 0)
		return strcmp(end, OUR_END "\n") == 0;
	if (!bytes || bytes >= sizeof(before) ||
	    pread(walk->fd, before, bytes, (off_t)walk->last_line_at) != (ssize_t)bytes)
		return false;
	before[bytes] = '\0';
	other = strrchr(before, ',');
	return other && strcmp(other, end) == 0;
}

/*
 * The line that the log ends within, where it has all columns of a data line: 1. Else 0,
 * or a negative errno.
 */
static int take_open_line(struct log_scan *walk, __u64 line)
{
	char text[LINE_ROOM] = "";
	__u64 bytes = walk->end - walk->at;
	struct line_event event = {.kind = LINE_DATA, .line = line};
	int err;

	if (!walk->running || bytes > sizeof(text) / 2)
		return 0;
	if (pread(walk->fd, text, bytes, (off_t)walk->at) != (ssize_t)bytes)
		return -EIO;
	text[bytes] = '\n';
	if (field_parser__data(text, &event.data) != text + bytes + 1)
		return 0;
	if (!is_complete(walk, text)) {
		take_truncated(walk, TRUNCATED_DATA, line);
		return 1;
	}
	walk->mend->defects = walk->defects;
	walk->lacks_newline = true;
	err = take_data(walk, &event);
	return err ? err : 1;
}

static int take_bad(struct log_scan *walk, const struct line_event *event)
{
	bool open = is_open(walk);
	int form = open ? take_open_line(walk, event->line) : 0;

	if (form)
		return form < 0 ? form : 0;
	form = truncated__line(walk->fd, walk->at, walk->end - walk->at - !open);
	if (form < 0)
		return form;
	take_truncated(walk, form, event->line);
	return 0;
}

static int take_footer(struct log_scan *walk, const struct line_event *event)
{
	keep_cut(walk);
	if (!walk->running) {
		walk->mend->defects++;
		return 0;
	}
	walk->footer = (struct footer_seen){.at = walk->at,
					    .line = event->line,
					    .list_end = walk->end,
					    .pairs_good = !event->defects,
					    .defects = walk->defects};
	log_run__footer(&walk->run, event);
	walk->footer.counts_good = walk->mend->defects == walk->defects;
	return 0;
}

static int take_entry(struct log_scan *walk, const struct line_event *event)
{
	struct footer_seen *footer = &walk->footer;

	if (!walk->running)
		return 0;
	footer->bad_entries += footer->bad_last;
	footer->bad_last = event->defects;
	if (!footer->bad_last)
		footer->list_end = walk->end;
	return log_run__tuple(&walk->run, event);
}

static int take(struct log_scan *walk, const struct line_event *event)
{
	switch (event->kind) {
	case LINE_HEADER:
		return take_header(walk, event);
	case LINE_DATA:
		return take_data(walk, event);
	case LINE_BAD_DATA:
	case LINE_UNKNOWN:
		return take_bad(walk, event);
	case LINE_FOOTER:
		return take_footer(walk, event);
	case LINE_TUPLE:
		return take_entry(walk, event);
	case LINE_FOOTER_END:
		return walk->running ? mend_end__footer(walk, event->defects) : 0;
	case LINE_END:
		break;
	}
	return 0;
}

static int take_end(struct log_scan *walk)
{
	__u64 size = (__u64)walk->status.st_size;

	if (walk->running)
		return mend_end__killed(walk, size, BEHIND_NOTHING);
	if (!walk->cut.bytes)
		return 0;
	if (walk->open_end) {
		walk->mend->empty = walk->cut.at == 0;
		return cut_headers(walk, size);
	}
	walk->mend->strange_line = walk->cut.line;
	return walk->begun ? 0 : -EBADMSG;
}

static int walk_lines(struct log_scan *walk)
{
	struct line_event event;

	for (;;) {
		int err;

		walk->at = buffered_reader__offset(&walk->reader.input);
		walk->defects = walk->mend->defects;
		err = line_parser__next(&walk->reader, &event);
		if (err || event.kind == LINE_END)
			return err;
		walk->end = buffered_reader__offset(&walk->reader.input);
		err = take(walk, &event);
		if (!err && !walk->begun && !walk->cut.bytes) {
			walk->mend->strange_line = event.line;
			return -EBADMSG;
		}
		if (err)
			return err;
	}
}

int scan_log__log(struct log_scan *walk)
{
	int err = walk_lines(walk);

	if (!err)
		err = take_end(walk);
	if (walk->running)
		log_run__end(&walk->run);
	return err;
}
