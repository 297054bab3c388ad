// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run was killed if a header or the end of the log follows it instead of a footer. Its last
 * line may be truncated: it lacks its '\n' at the end of the log; before a header, the next run
 * has added the '\n'. A run that was killed within its header leaves a truncated header.
 */
#include "repair/scan_lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "repair/run_end.h"
#include "repair/truncated_line.h"

/* Room for a data line and for the zeros that field_parser.h needs after it. */
#define LINE_BYTES    1024
#define LAST_OF_LINUX ",191" /* the last column, flowtype, as siftr-bpf always writes it */

static int begin_run(struct scan_state *scan, const struct line_event *event)
{
	__u64 bytes = scan->end - scan->at;
	struct checkpoint_run *identity = &scan->identity;
	int err = log_run__begin(&scan->run, 0, &scan->sink);

	scan->running = scan->any_header = true;
	scan->run.line = event->line;
	scan->run.header = event->header;
	scan->last_us = scan->last_line_end = 0;
	scan->malformed_line = event->defects ? event->line : 0;
	*identity = (struct checkpoint_run){
		.inode = scan->status.st_ino, .offset = scan->at, .header_bytes = bytes};
	if (!err && bytes <= sizeof(identity->header) &&
	    pread(scan->fd, identity->header, bytes, (off_t)scan->at) != (ssize_t)bytes)
		err = -EIO;
	return err;
}

/* Plans the removal of truncated headers up to `end` that are not part of a run. */
static int remove_headers(struct scan_state *scan, __u64 end)
{
	struct file_patch_edit edit = {.at = scan->candidate.at,
				       .removed = end - scan->candidate.at};
	struct plan_run *result;

	if (!scan->candidate.bytes)
		return 0;
	scan->candidate.bytes = 0;
	scan->plan->defects = scan->candidate.defects;
	result = plan__add_run(scan->plan);
	if (!result)
		return -ENOMEM;
	result->truncated_bytes = edit.removed;
	return file_patch__add(&scan->plan->edits, edit);
}

static void note_malformed(struct scan_state *scan, __u64 line)
{
	if (!scan->malformed_line)
		scan->malformed_line = line;
}

/*
 * Ends the wait for the candidate, a line that might have been truncated: another line follows, so
 * it is malformed.
 */
static void keep_candidate(struct scan_state *scan)
{
	if (scan->candidate.bytes)
		note_malformed(scan, scan->candidate.line);
	scan->candidate.bytes = 0;
}

static void handle_truncated(struct scan_state *scan, enum truncated_kind kind, __u64 line)
{
	bool is_header = kind == TRUNCATED_HEADER || (kind == TRUNCATED_ZEROS && scan->any_header);

	if (scan->candidate.bytes && is_header) {
		scan->candidate.bytes = scan->end - scan->candidate.at;
	} else if (!scan->candidate.bytes &&
		   (is_header || (scan->running && kind != TRUNCATED_NO))) {
		scan->candidate = (struct truncated_candidate){.at = scan->at,
							       .bytes = scan->end - scan->at,
							       .line = line,
							       .defects = scan->defects};
	} else {
		keep_candidate(scan);
		note_malformed(scan, line);
	}
}

static int handle_header(struct scan_state *scan, const struct line_event *event)
{
	int err = 0;

	if (event->defects) {
		int kind = truncated_line__line(scan->fd, scan->at, scan->end - scan->at - 1);

		if (kind < 0)
			return kind;
		if (kind == TRUNCATED_HEADER) {
			handle_truncated(scan, kind, event->line);
			return 0;
		}
	}
	err = scan->running ? run_end__killed(scan, scan->at, RUN_END_NEXT_HEADER)
			    : remove_headers(scan, scan->at);
	return err ? err : begin_run(scan, event);
}

static int handle_data(struct scan_state *scan, const struct line_event *event)
{
	keep_candidate(scan);
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
 * Whether the last line of the log, which lacks its '\n', has all digits of its last column. In
 * a log of Linux that is always the same value; in another system's it must be that of the data
 * line before. `text` is the line and a '\n', then zeros.
 */
static bool is_complete(const struct scan_state *scan, const char *text)
{
	char previous[LINE_BYTES];
	__u64 bytes = scan->last_line_end - scan->last_line_at;
	const char *column = strrchr(text, ','), *previous_column;

	if (!column)
		return false;
	if (strcmp(scan->run.header.sysname, "Linux") == 0)
		return strcmp(column, LAST_OF_LINUX "\n") == 0;
	if (!bytes || bytes >= sizeof(previous) ||
	    pread(scan->fd, previous, bytes, (off_t)scan->last_line_at) != (ssize_t)bytes)
		return false;
	previous[bytes] = '\0';
	previous_column = strrchr(previous, ',');
	return previous_column && strcmp(previous_column, column) == 0;
}

/*
 * Handles the last line of the log if it lacks only its '\n', or digits of its last column as well.
 * 1 if it was such a line, 0 if not, or a negative errno.
 */
static int handle_open_line(struct scan_state *scan, __u64 line)
{
	char text[LINE_BYTES] = "";
	__u64 bytes = scan->end - scan->at;
	struct line_event event = {.kind = LINE_DATA, .line = line};
	int err;

	if (!scan->running || bytes > sizeof(text) / 2)
		return 0;
	if (pread(scan->fd, text, bytes, (off_t)scan->at) != (ssize_t)bytes)
		return -EIO;
	text[bytes] = '\n';
	if (field_parser__data_line(text, &event.data) != text + bytes + 1)
		return 0;
	if (!is_complete(scan, text)) {
		handle_truncated(scan, TRUNCATED_DATA, line);
		return 1;
	}
	scan->plan->defects = scan->defects;
	scan->lacks_newline = true;
	err = handle_data(scan, &event);
	return err ? err : 1;
}

static int handle_malformed(struct scan_state *scan, const struct line_event *event)
{
	bool open = scan_state__at_open_end(scan);
	int kind = open ? handle_open_line(scan, event->line) : 0;

	if (kind)
		return kind < 0 ? kind : 0;
	kind = truncated_line__line(scan->fd, scan->at, scan->end - scan->at - !open);
	if (kind < 0)
		return kind;
	handle_truncated(scan, kind, event->line);
	return 0;
}

static int handle_footer(struct scan_state *scan, const struct line_event *event)
{
	keep_candidate(scan);
	if (!scan->running) {
		scan->plan->defects++;
		return 0;
	}
	scan->footer = (struct footer_state){.at = scan->at,
					     .line = event->line,
					     .list_end = scan->end,
					     .pairs_valid = !event->defects,
					     .defects = scan->defects};
	log_run__footer(&scan->run, event);
	scan->footer.counts_valid = scan->plan->defects == scan->defects;
	return 0;
}

static int handle_entry(struct scan_state *scan, const struct line_event *event)
{
	struct footer_state *footer = &scan->footer;

	if (!scan->running)
		return 0;
	footer->bad_entries += footer->bad_last;
	footer->bad_last = event->defects;
	if (!footer->bad_last)
		footer->list_end = scan->end;
	return log_run__tuple(&scan->run, event);
}

static int handle_event(struct scan_state *scan, const struct line_event *event)
{
	switch (event->kind) {
	case LINE_HEADER:
		return handle_header(scan, event);
	case LINE_DATA:
		return handle_data(scan, event);
	case LINE_MALFORMED_DATA:
	case LINE_UNKNOWN:
		return handle_malformed(scan, event);
	case LINE_FOOTER:
		return handle_footer(scan, event);
	case LINE_TUPLE:
		return handle_entry(scan, event);
	case LINE_FOOTER_END:
		return scan->running ? run_end__footer(scan, event->defects) : 0;
	case LINE_END:
		break;
	}
	return 0;
}

static int handle_end(struct scan_state *scan)
{
	__u64 size = (__u64)scan->status.st_size;

	if (scan->running)
		return run_end__killed(scan, size, RUN_END_NEXT_NOTHING);
	if (!scan->candidate.bytes)
		return 0;
	if (scan->open_end) {
		scan->plan->empty = scan->candidate.at == 0;
		return remove_headers(scan, size);
	}
	scan->plan->malformed_line = scan->candidate.line;
	return scan->any_header ? 0 : -EBADMSG;
}

static int read_lines(struct scan_state *scan)
{
	struct line_event event;

	for (;;) {
		int err;

		scan->at = buffered_reader__offset(&scan->parser.input);
		scan->defects = scan->plan->defects;
		err = line_parser__next(&scan->parser, &event);
		if (err || event.kind == LINE_END)
			return err;
		scan->end = buffered_reader__offset(&scan->parser.input);
		err = handle_event(scan, &event);
		if (!err && !scan->any_header && !scan->candidate.bytes) {
			scan->plan->malformed_line = event.line;
			return -EBADMSG;
		}
		if (err)
			return err;
	}
}

int scan_lines__read(struct scan_state *scan)
{
	int err = read_lines(scan);

	if (!err)
		err = handle_end(scan);
	if (scan->running)
		log_run__end(&scan->run);
	return err;
}
