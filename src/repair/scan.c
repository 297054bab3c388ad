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

static int begin_run(struct log_scan *scan, const struct line_event *event)
{
	__u64 bytes = scan->end - scan->at;
	struct checkpoint_run *identity = &scan->identity;
	int err = log_run__begin(&scan->run, 0, &scan->sink);

	scan->running = scan->begun = true;
	scan->run.line = event->line;
	scan->run.header = event->header;
	scan->last_us = scan->last_line_end = 0;
	scan->strange_line = event->defects ? event->line : 0;
	*identity = (struct checkpoint_run){
		.inode = scan->status.st_ino, .offset = scan->at, .header_bytes = bytes};
	if (!err && bytes <= sizeof(identity->header) &&
	    pread(scan->fd, identity->header, bytes, (off_t)scan->at) != (ssize_t)bytes)
		err = -EIO;
	return err;
}

/* Incomplete headers, and no run they belong to, up to `end`. */
static int cut_headers(struct log_scan *scan, __u64 end)
{
	struct file_patch_edit edit = {.at = scan->cut.at, .removed = end - scan->cut.at};
	struct plan_run *result;

	if (!scan->cut.bytes)
		return 0;
	scan->cut.bytes = 0;
	scan->plan->defects = scan->cut.defects;
	result = plan__add_run(scan->plan);
	if (!result)
		return -ENOMEM;
	result->truncated_bytes = edit.removed;
	return file_patch__add(&scan->plan->edits, edit);
}

static void note_strange(struct log_scan *scan, __u64 line)
{
	if (!scan->strange_line)
		scan->strange_line = line;
}

/* Other lines stand behind it, so it was not truncated. */
static void keep_cut(struct log_scan *scan)
{
	if (scan->cut.bytes)
		note_strange(scan, scan->cut.line);
	scan->cut.bytes = 0;
}

static void take_truncated(struct log_scan *scan, enum truncated_form form, __u64 line)
{
	bool is_header = form == TRUNCATED_HEADER || (form == TRUNCATED_ZEROS && scan->begun);

	if (scan->cut.bytes && is_header) {
		scan->cut.bytes = scan->end - scan->cut.at;
	} else if (!scan->cut.bytes && (is_header || (scan->running && form != TRUNCATED_NO))) {
		scan->cut = (struct cut){.at = scan->at,
					 .bytes = scan->end - scan->at,
					 .line = line,
					 .defects = scan->defects};
	} else {
		keep_cut(scan);
		note_strange(scan, line);
	}
}

static bool is_open(const struct log_scan *scan)
{
	return scan->open_end && scan->end == (__u64)scan->status.st_size;
}

static int take_header(struct log_scan *scan, const struct line_event *event)
{
	int err = 0;

	if (event->defects) {
		int form = truncated__line(scan->fd, scan->at, scan->end - scan->at - 1);

		if (form < 0)
			return form;
		if (form == TRUNCATED_HEADER) {
			take_truncated(scan, form, event->line);
			return 0;
		}
	}
	err = scan->running ? scan_end__killed(scan, scan->at, NEXT_HEADER)
			    : cut_headers(scan, scan->at);
	return err ? err : begin_run(scan, event);
}

static int take_data(struct log_scan *scan, const struct line_event *event)
{
	keep_cut(scan);
	if (!scan->running) {
		scan->plan->defects++;
		return 0;
	}
	if (event->data.time_us > scan->last_us)
		scan->last_us = event->data.time_us;
	scan->last_line_at = scan->at;
	scan->last_line_end = scan->end;
	return log_run__data(&scan->run, event);
}

/*
 * Of a last line without '\n' the last column may lack digits: it is complete if it ends
 * as all of Linux do, or as the line before it. `text` has the line and zeros behind it.
 */
static bool is_complete(const struct log_scan *scan, const char *text)
{
	char before[LINE_ROOM];
	__u64 bytes = scan->last_line_end - scan->last_line_at;
	const char *end = strrchr(text, ','), *other;

	if (!end)
		return false;
	if (strcmp(scan->run.header.sysname, "Linux") == 0)
		return strcmp(end, OUR_END "\n") == 0;
	if (!bytes || bytes >= sizeof(before) ||
	    pread(scan->fd, before, bytes, (off_t)scan->last_line_at) != (ssize_t)bytes)
		return false;
	before[bytes] = '\0';
	other = strrchr(before, ',');
	return other && strcmp(other, end) == 0;
}

/*
 * The line that the log ends within, where it has all columns of a data line: 1. Else 0,
 * or a negative errno.
 */
static int take_open_line(struct log_scan *scan, __u64 line)
{
	char text[LINE_ROOM] = "";
	__u64 bytes = scan->end - scan->at;
	struct line_event event = {.kind = LINE_DATA, .line = line};
	int err;

	if (!scan->running || bytes > sizeof(text) / 2)
		return 0;
	if (pread(scan->fd, text, bytes, (off_t)scan->at) != (ssize_t)bytes)
		return -EIO;
	text[bytes] = '\n';
	if (field_parser__data(text, &event.data) != text + bytes + 1)
		return 0;
	if (!is_complete(scan, text)) {
		take_truncated(scan, TRUNCATED_DATA, line);
		return 1;
	}
	scan->plan->defects = scan->defects;
	scan->lacks_newline = true;
	err = take_data(scan, &event);
	return err ? err : 1;
}

static int take_bad(struct log_scan *scan, const struct line_event *event)
{
	bool open = is_open(scan);
	int form = open ? take_open_line(scan, event->line) : 0;

	if (form)
		return form < 0 ? form : 0;
	form = truncated__line(scan->fd, scan->at, scan->end - scan->at - !open);
	if (form < 0)
		return form;
	take_truncated(scan, form, event->line);
	return 0;
}

static int take_footer(struct log_scan *scan, const struct line_event *event)
{
	keep_cut(scan);
	if (!scan->running) {
		scan->plan->defects++;
		return 0;
	}
	scan->footer = (struct footer_seen){.at = scan->at,
					    .line = event->line,
					    .list_end = scan->end,
					    .pairs_good = !event->defects,
					    .defects = scan->defects};
	log_run__footer(&scan->run, event);
	scan->footer.counts_good = scan->plan->defects == scan->defects;
	return 0;
}

static int take_entry(struct log_scan *scan, const struct line_event *event)
{
	struct footer_seen *footer = &scan->footer;

	if (!scan->running)
		return 0;
	footer->bad_entries += footer->bad_last;
	footer->bad_last = event->defects;
	if (!footer->bad_last)
		footer->list_end = scan->end;
	return log_run__tuple(&scan->run, event);
}

static int take(struct log_scan *scan, const struct line_event *event)
{
	switch (event->kind) {
	case LINE_HEADER:
		return take_header(scan, event);
	case LINE_DATA:
		return take_data(scan, event);
	case LINE_BAD_DATA:
	case LINE_UNKNOWN:
		return take_bad(scan, event);
	case LINE_FOOTER:
		return take_footer(scan, event);
	case LINE_TUPLE:
		return take_entry(scan, event);
	case LINE_FOOTER_END:
		return scan->running ? scan_end__footer(scan, event->defects) : 0;
	case LINE_END:
		break;
	}
	return 0;
}

static int take_end(struct log_scan *scan)
{
	__u64 size = (__u64)scan->status.st_size;

	if (scan->running)
		return scan_end__killed(scan, size, NEXT_END_OF_LOG);
	if (!scan->cut.bytes)
		return 0;
	if (scan->open_end) {
		scan->plan->empty = scan->cut.at == 0;
		return cut_headers(scan, size);
	}
	scan->plan->strange_line = scan->cut.line;
	return scan->begun ? 0 : -EBADMSG;
}

static int walk_lines(struct log_scan *scan)
{
	struct line_event event;

	for (;;) {
		int err;

		scan->at = buffered_reader__offset(&scan->reader.input);
		scan->defects = scan->plan->defects;
		err = line_parser__next(&scan->reader, &event);
		if (err || event.kind == LINE_END)
			return err;
		scan->end = buffered_reader__offset(&scan->reader.input);
		err = take(scan, &event);
		if (!err && !scan->begun && !scan->cut.bytes) {
			scan->plan->strange_line = event.line;
			return -EBADMSG;
		}
		if (err)
			return err;
	}
}

int scan__log(struct log_scan *scan)
{
	int err = walk_lines(scan);

	if (!err)
		err = take_end(scan);
	if (scan->running)
		log_run__end(&scan->run);
	return err;
}
