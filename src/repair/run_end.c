// SPDX-License-Identifier: BSD-2-Clause
/*
 * A line with its '\n' is removed only if another run's header follows it or the run has a
 * checkpoint, which proves that the run was killed. A run with a line that siftr-bpf would not
 * write gets no footer.
 */
#include "repair/run_end.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/line_starts.h"
#include "repair/footer.h"
#include "repair/truncated_line.h"

#define FOOTER_BYTES 2048 /* more bytes than all pairs of a footer before its flow list */

/* The checkpoint of the run that ends. */
struct run_checkpoint {
	struct checkpoint_data data;
	int state; /* enum checkpoint_state */
	const char *name;
};

/*
 * Whether the checkpoint belongs to the run. A damaged one does: it has the name for the time the
 * run began.
 */
static bool is_of_run(const struct run_checkpoint *checkpoint)
{
	return checkpoint->state == CHECKPOINT_GOOD || checkpoint->state == CHECKPOINT_DAMAGED;
}

static int load_checkpoint(const struct scan_state *scan, struct run_checkpoint *checkpoint)
{
	checkpoint->state =
		checkpoint_load__find(&scan->checkpoints, &scan->identity,
				      row__time(scan->run.header.time_us), scan->status.st_uid,
				      &checkpoint->data, &checkpoint->name);
	return checkpoint->state < 0 ? checkpoint->state : 0;
}

static int reject_checkpoint(struct scan_state *scan, const struct run_checkpoint *checkpoint)
{
	struct plan *plan = scan->plan;

	if (checkpoint->state != CHECKPOINT_OTHER && checkpoint->state != CHECKPOINT_FOREIGN)
		return 0;
	snprintf(plan->rejected_checkpoint, sizeof(plan->rejected_checkpoint), "%s",
		 checkpoint->name);
	plan->rejected_state = checkpoint->state;
	return -EBADF;
}

static int reject_line(struct scan_state *scan, __u64 line)
{
	scan->plan->malformed_line = line;
	scan->plan->malformed_run = scan->identity.offset;
	return -EBADMSG;
}

static void end_run(struct scan_state *scan)
{
	log_run__end(&scan->run);
	scan->running = false;
	scan->candidate.bytes = 0;
}

/* Plans to add a footer at the end of the run, or what is missing of a truncated one. */
static int plan_footer(struct scan_state *scan, struct file_patch_edit edit,
		       const struct run_checkpoint *checkpoint, bool counts_from_footer)
{
	struct plan_run *result = plan__add_run(scan->plan);
	const struct checkpoint_data *data =
		checkpoint->state == CHECKPOINT_GOOD ? &checkpoint->data : NULL;
	int err;

	if (!result)
		return -ENOMEM;
	result->line = scan->run.line;
	/* Do not count the '\n' of an incomplete flow list, which is replaced, as truncated. */
	result->truncated_bytes = edit.removed - (counts_from_footer && edit.removed &&
						  !scan_state__at_open_end(scan));
	result->checkpoint_state = checkpoint->state;
	result->counts_from_footer = counts_from_footer;
	if (counts_from_footer)
		err = footer__format_missing_flows(&scan->run, data, &edit.text, &edit.bytes,
						   result);
	else
		err = footer__format(&scan->run, scan->last_us, scan->lacks_newline, data,
				     &edit.text, &edit.bytes, result);
	if (!err && is_of_run(checkpoint))
		err = plan__add_used_checkpoint(scan->plan, checkpoint->name);
	if (err) {
		free(edit.text);
		return err;
	}
	return file_patch__add(&scan->plan->edits, edit);
}

static bool may_remove_candidate(const struct scan_state *scan,
				 const struct run_checkpoint *checkpoint, enum run_end_next next)
{
	return !scan->candidate.bytes || next == RUN_END_NEXT_HEADER || scan->open_end ||
	       is_of_run(checkpoint);
}

int run_end__killed(struct scan_state *scan, __u64 end, enum run_end_next next)
{
	struct file_patch_edit edit = {.at = scan->candidate.bytes ? scan->candidate.at : end};
	struct run_checkpoint checkpoint;
	int err = load_checkpoint(scan, &checkpoint);

	edit.removed = end - edit.at;
	if (!err && scan->malformed_line)
		err = reject_line(scan, scan->malformed_line);
	if (!err)
		err = reject_checkpoint(scan, &checkpoint);
	if (!err && !may_remove_candidate(scan, &checkpoint, next))
		err = reject_line(scan, scan->candidate.line);
	if (scan->candidate.bytes)
		scan->plan->defects = scan->candidate.defects;
	if (!err)
		err = plan_footer(scan, edit, &checkpoint, false);
	checkpoint_load__free(&checkpoint.data);
	end_run(scan);
	return err;
}

/*
 * Plans to remove a checkpoint that a complete run no longer needs. It is still there if siftr-bpf
 * was killed after the footer; if repair was killed, the checkpoint may be of the file that the
 * repaired copy replaced.
 */
static int clear_checkpoint(struct scan_state *scan, const struct run_checkpoint *checkpoint)
{
	struct checkpoint_run run;

	if (is_of_run(checkpoint))
		return plan__add_used_checkpoint(scan->plan, checkpoint->name);
	if (checkpoint->state == CHECKPOINT_OTHER &&
	    checkpoint_load__run(scan->checkpoints.directory_fd, checkpoint->name, &run) &&
	    !checkpoint_list__has_log(&scan->checkpoints, &run))
		return plan__add_used_checkpoint(scan->plan, checkpoint->name);
	return 0;
}

static bool lacks_flows(const struct log_run *run)
{
	for (size_t i = 0; i < run->flow_index.nr_flows; i++)
		if (!run->flow_index.flows[i].listed)
			return true;
	return false;
}

/*
 * Whether a header follows the footer in the log, even if the log ends within that header. 1, 0 or
 * a negative errno.
 */
static int header_follows(const struct scan_state *scan)
{
	char text[sizeof(LINE_STARTS_HEADER) - 1];
	ssize_t bytes = pread(scan->fd, text, sizeof(text), (off_t)scan->end);
	const char *end;

	if (bytes <= 0)
		return bytes < 0 ? -errno : 0;
	end = memchr(text, '\n', (size_t)bytes);
	if (end)
		bytes = end - text;
	return bytes > 0 && memcmp(text, LINE_STARTS_HEADER, (size_t)bytes) == 0;
}

/*
 * Whether the footer is one that siftr-bpf had not finished: it ends within an entry of its list or
 * within a pair. `open`: it has no '\n'. `has_counts`: a checkpoint has the counts. 1, 0 or a
 * negative errno.
 */
static int is_truncated_footer(const struct scan_state *scan, bool open, bool has_counts)
{
	const struct footer_state *footer = &scan->footer;
	__u64 bytes = footer->list_end - footer->at;
	int found = truncated_line__entry(scan->fd, footer->list_end,
					  scan->end - !open - footer->list_end);

	if (found <= 0 || footer->counts_valid)
		return found;
	/* All counts are there but disagree with the lines: only a checkpoint can correct them. */
	if (footer->pairs_valid)
		return has_counts;
	if (bytes > FOOTER_BYTES)
		bytes = FOOTER_BYTES;
	found = truncated_line__line(scan->fd, footer->at, bytes);
	return found < 0 ? found : found == TRUNCATED_FOOTER;
}

static int complete_footer(struct scan_state *scan, const struct run_checkpoint *checkpoint)
{
	const struct footer_state *footer = &scan->footer;
	struct file_patch_edit edit = {.at = footer->counts_valid ? footer->list_end : footer->at};
	int err = reject_checkpoint(scan, checkpoint);

	if (err)
		return err;
	edit.removed = scan->end - edit.at;
	scan->plan->defects = footer->defects;
	return plan_footer(scan, edit, checkpoint, footer->counts_valid);
}

/*
 * Leaves the footer as it is. Counts the defects that show only at its end: flows that it does not
 * list and a number of lines that ppl does not explain. Others are counted as they are read.
 */
static void keep_footer(struct scan_state *scan)
{
	struct line_event event = {.kind = LINE_FOOTER_END, .line = scan->footer.line};

	log_run__footer_end(&scan->run, &event);
}

static int end_footer(struct scan_state *scan, const struct run_checkpoint *checkpoint,
		      bool truncated_line)
{
	bool open = scan_state__at_open_end(scan);
	bool truncated = truncated_line || scan->footer.bad_last || lacks_flows(&scan->run);
	bool certain = open || is_of_run(checkpoint);
	int found;

	if (!truncated && !scan->footer.bad_entries && scan->footer.counts_valid) {
		keep_footer(scan);
		return scan->malformed_line ? 0 : clear_checkpoint(scan, checkpoint);
	}
	found = truncated && !certain ? header_follows(scan) : certain;
	if (found > 0 && truncated) {
		found = scan->malformed_line
				? 0
				: is_truncated_footer(scan, open,
						      checkpoint->state == CHECKPOINT_GOOD);
		if (found > 0)
			return complete_footer(scan, checkpoint);
		if (found == 0 && certain)
			return reject_line(scan, scan->malformed_line ?: scan->footer.line);
	}
	if (found >= 0)
		keep_footer(scan);
	return found < 0 ? found : 0;
}

int run_end__footer(struct scan_state *scan, bool truncated_line)
{
	struct run_checkpoint checkpoint;
	int err = load_checkpoint(scan, &checkpoint);

	if (!err && checkpoint.state == CHECKPOINT_GOOD)
		err = footer__add_flows(&scan->run, &checkpoint.data);
	if (!err)
		err = end_footer(scan, &checkpoint, truncated_line);
	checkpoint_load__free(&checkpoint.data);
	end_run(scan);
	return err;
}
