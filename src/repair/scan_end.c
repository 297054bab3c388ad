// SPDX-License-Identifier: BSD-2-Clause
/*
 * How runs end. Nothing is cut off that ends in '\n' unless another run begins right
 * behind it, or the run's checkpoint tells that it was killed; and nothing is added to
 * a run that is not understood.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repair/footer.h"
#include "repair/scan.h"

#define US_PER_SECOND 1000000ULL
#define HEADER_START  "enable_time_secs"
#define FOOTER_BYTES  2048 /* all pairs, and some of the flow list */

/* What is known of the end of a run. */
struct ending {
	struct checkpoint_kept kept;
	int state; /* of the checkpoint */
	const char *name;
};

static struct siftr_time begun(const struct log_run *run)
{
	return (struct siftr_time){run->header.time_us / US_PER_SECOND,
				   (__u32)(run->header.time_us % US_PER_SECOND)};
}

static bool has_checkpoint(const struct ending *ending)
{
	return ending->state == CHECKPOINT_GOOD || ending->state == CHECKPOINT_DAMAGED;
}

/* The checkpoint of the run that was just read. 0 or a negative errno. */
static int load_checkpoint(const struct log_scan *scan, struct ending *ending)
{
	ending->state =
		checkpoint_load__find(&scan->checkpoints, &scan->identity, begun(&scan->run),
				      scan->status.st_uid, &ending->kept, &ending->name);
	return ending->state < 0 ? ending->state : 0;
}

static int refuse_checkpoint(struct log_scan *scan, const struct ending *ending)
{
	struct plan *plan = scan->plan;

	if (ending->state != CHECKPOINT_OTHER && ending->state != CHECKPOINT_FOREIGN)
		return 0;
	snprintf(plan->refused, sizeof(plan->refused), "%s", ending->name);
	plan->refused_state = ending->state;
	return -EBADF;
}

static int refuse_line(struct log_scan *scan, __u64 line)
{
	scan->plan->strange_line = line;
	scan->plan->strange_run = scan->identity.offset;
	return -EBADMSG;
}

static void end_run(struct log_scan *scan)
{
	log_run__end(&scan->run);
	scan->running = false;
	scan->cut.bytes = 0;
}

static bool is_open(const struct log_scan *scan)
{
	return scan->open_end && scan->end == (__u64)scan->status.st_size;
}

/* `removed` bytes at `at`, the run's end, give way to what it lacks. */
static int write_end(struct log_scan *scan, struct file_patch_edit edit,
		     const struct ending *ending, bool own_counts)
{
	struct plan_run *result = plan__add_run(scan->plan);
	const struct checkpoint_kept *kept =
		ending->state == CHECKPOINT_GOOD ? &ending->kept : NULL;
	int err;

	if (!result)
		return -ENOMEM;
	result->line = scan->run.line;
	/* A list that lacks flows may have its '\n' behind them. */
	result->truncated_bytes = edit.removed - (own_counts && edit.removed && !is_open(scan));
	result->checkpoint = ending->state;
	result->own_counts = own_counts;
	if (own_counts)
		err = footer__rest(&scan->run, kept, &edit.text, &edit.bytes, result);
	else
		err = footer__whole(&scan->run, scan->last_us, scan->lacks_newline, kept,
				    &edit.text, &edit.bytes, result);
	if (!err && has_checkpoint(ending))
		err = plan__note_used(scan->plan, ending->name);
	if (err) {
		free(edit.text);
		return err;
	}
	return file_patch__add(&scan->plan->edits, edit);
}

/* The incomplete lines behind the last good one can go. */
static bool may_cut(const struct log_scan *scan, const struct ending *ending, enum scan_next next)
{
	return !scan->cut.bytes || next == NEXT_HEADER || scan->open_end || has_checkpoint(ending);
}

int scan_end__killed(struct log_scan *scan, __u64 end, enum scan_next next)
{
	struct file_patch_edit edit = {.at = scan->cut.bytes ? scan->cut.at : end};
	struct ending ending;
	int err = load_checkpoint(scan, &ending);

	edit.removed = end - edit.at;
	if (!err && scan->strange_line)
		err = refuse_line(scan, scan->strange_line);
	if (!err)
		err = refuse_checkpoint(scan, &ending);
	if (!err && !may_cut(scan, &ending, next))
		err = refuse_line(scan, scan->cut.line);
	if (scan->cut.bytes)
		scan->plan->defects = scan->cut.defects;
	if (!err)
		err = write_end(scan, edit, &ending, false);
	checkpoint_load__free(&ending.kept);
	end_run(scan);
	return err;
}

/*
 * A checkpoint outlives its run when the program is killed behind the footer; when
 * repair is, it may be that of the file that was there before.
 */
static int clear_checkpoint(struct log_scan *scan, const struct ending *ending)
{
	struct checkpoint_run run;

	if (has_checkpoint(ending))
		return plan__note_used(scan->plan, ending->name);
	if (ending->state == CHECKPOINT_OTHER &&
	    checkpoint_load__run(scan->checkpoints.directory_fd, ending->name, &run) &&
	    !checkpoint_list__has_log(&scan->checkpoints, &run))
		return plan__note_used(scan->plan, ending->name);
	return 0;
}

static bool lacks_flows(const struct log_run *run)
{
	for (size_t i = 0; i < run->census.nr_flows; i++)
		if (!run->census.flows[i].listed)
			return true;
	return false;
}

/* 1, 0 or a negative errno. */
static int is_header_behind(const struct log_scan *scan)
{
	char text[sizeof(HEADER_START) - 1];
	ssize_t bytes = pread(scan->fd, text, sizeof(text), (off_t)scan->end);
	const char *end;

	if (bytes <= 0)
		return bytes < 0 ? -errno : 0;
	end = memchr(text, '\n', (size_t)bytes);
	if (end)
		bytes = end - text;
	return bytes > 0 && memcmp(text, HEADER_START, (size_t)bytes) == 0;
}

/* Nothing is left of it but the beginning of an entry, or of its pairs. */
static int is_footer_understood(const struct log_scan *scan, bool open, bool kept)
{
	const struct footer_seen *footer = &scan->footer;
	__u64 bytes = footer->list_end - footer->at;
	int found =
		truncated__entry(scan->fd, footer->list_end, scan->end - !open - footer->list_end);

	if (found <= 0 || footer->counts_good)
		return found;
	/* All pairs are there: only a checkpoint knows better. */
	if (footer->pairs_good)
		return kept;
	if (bytes > FOOTER_BYTES)
		bytes = FOOTER_BYTES;
	found = truncated__line(scan->fd, footer->at, bytes);
	return found < 0 ? found : found == TRUNCATED_FOOTER;
}

static int complete_footer(struct log_scan *scan, const struct ending *ending)
{
	const struct footer_seen *footer = &scan->footer;
	struct file_patch_edit edit = {.at = footer->counts_good ? footer->list_end : footer->at};
	int err = refuse_checkpoint(scan, ending);

	if (err)
		return err;
	edit.removed = scan->end - edit.at;
	scan->plan->defects = footer->defects;
	return write_end(scan, edit, ending, footer->counts_good);
}

/* A footer that stays as it is, with its defects. */
static void keep_footer(struct log_scan *scan)
{
	struct line_event event = {.kind = LINE_FOOTER_END, .line = scan->footer.line};

	log_run__footer_end(&scan->run, &event);
}

static int end_footer(struct log_scan *scan, const struct ending *ending, bool truncated_line)
{
	bool open = is_open(scan);
	bool truncated = truncated_line || scan->footer.bad_last || lacks_flows(&scan->run);
	bool certain = open || has_checkpoint(ending);
	int found;

	if (!truncated && !scan->footer.bad_entries && scan->footer.counts_good) {
		keep_footer(scan);
		return scan->strange_line ? 0 : clear_checkpoint(scan, ending);
	}
	found = truncated && !certain ? is_header_behind(scan) : certain;
	if (found > 0 && truncated) {
		found = scan->strange_line ? 0
					   : is_footer_understood(scan, open,
								  ending->state == CHECKPOINT_GOOD);
		if (found > 0)
			return complete_footer(scan, ending);
		if (found == 0 && certain)
			return refuse_line(scan, scan->strange_line ?: scan->footer.line);
	}
	if (found >= 0)
		keep_footer(scan);
	return found < 0 ? found : 0;
}

int scan_end__footer(struct log_scan *scan, bool truncated_line)
{
	struct ending ending;
	int err = load_checkpoint(scan, &ending);

	if (!err && ending.state == CHECKPOINT_GOOD)
		err = footer__add_flows(&scan->run, &ending.kept);
	if (!err)
		err = end_footer(scan, &ending, truncated_line);
	checkpoint_load__free(&ending.kept);
	end_run(scan);
	return err;
}
