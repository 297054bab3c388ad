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
static int load_checkpoint(const struct log_scan *walk, struct ending *ending)
{
	ending->state =
		checkpoint_list__load(&walk->checkpoints, &walk->identity, begun(&walk->run),
				      walk->status.st_uid, &ending->kept, &ending->name);
	return ending->state < 0 ? ending->state : 0;
}

static int refuse_checkpoint(struct log_scan *walk, const struct ending *ending)
{
	struct plan *mend = walk->mend;

	if (ending->state != CHECKPOINT_OTHER && ending->state != CHECKPOINT_FOREIGN)
		return 0;
	snprintf(mend->refused, sizeof(mend->refused), "%s", ending->name);
	mend->refused_state = ending->state;
	return -EBADF;
}

static int refuse_line(struct log_scan *walk, __u64 line)
{
	walk->mend->strange_line = line;
	walk->mend->strange_run = walk->identity.offset;
	return -EBADMSG;
}

static void end_run(struct log_scan *walk)
{
	log_run__end(&walk->run);
	walk->running = false;
	walk->cut.bytes = 0;
}

static bool is_open(const struct log_scan *walk)
{
	return walk->open_end && walk->end == (__u64)walk->status.st_size;
}

/* `removed` bytes at `at`, the run's end, give way to what it lacks. */
static int write_end(struct log_scan *walk, struct file_patch_edit edit,
		     const struct ending *ending, bool own_counts)
{
	struct plan_run *told = plan__add_run(walk->mend);
	const struct checkpoint_kept *kept =
		ending->state == CHECKPOINT_GOOD ? &ending->kept : NULL;
	int err;

	if (!told)
		return -ENOMEM;
	told->line = walk->run.line;
	/* A list that lacks flows may have its '\n' behind them. */
	told->torn_bytes = edit.removed - (own_counts && edit.removed && !is_open(walk));
	told->checkpoint = ending->state;
	told->own_counts = own_counts;
	if (own_counts)
		err = footer__rest(&walk->run, kept, &edit.text, &edit.bytes, told);
	else
		err = footer__whole(&walk->run, walk->last_us, walk->lacks_newline, kept,
				    &edit.text, &edit.bytes, told);
	if (!err && has_checkpoint(ending))
		err = plan__note_used(walk->mend, ending->name);
	if (err) {
		free(edit.text);
		return err;
	}
	return file_patch__add(&walk->mend->edits, edit);
}

/* The incomplete lines behind the last good one can go. */
static bool may_cut(const struct log_scan *walk, const struct ending *ending,
		    enum mend_behind behind)
{
	return !walk->cut.bytes || behind == BEHIND_HEADER || walk->open_end ||
	       has_checkpoint(ending);
}

int mend_end__killed(struct log_scan *walk, __u64 end, enum mend_behind behind)
{
	struct file_patch_edit edit = {.at = walk->cut.bytes ? walk->cut.at : end};
	struct ending ending;
	int err = load_checkpoint(walk, &ending);

	edit.removed = end - edit.at;
	if (!err && walk->strange_line)
		err = refuse_line(walk, walk->strange_line);
	if (!err)
		err = refuse_checkpoint(walk, &ending);
	if (!err && !may_cut(walk, &ending, behind))
		err = refuse_line(walk, walk->cut.line);
	if (walk->cut.bytes)
		walk->mend->defects = walk->cut.defects;
	if (!err)
		err = write_end(walk, edit, &ending, false);
	checkpoint__free_kept(&ending.kept);
	end_run(walk);
	return err;
}

/*
 * A checkpoint outlives its run when the program is killed behind the footer; when
 * repair is, it may be that of the file that was there before.
 */
static int clear_checkpoint(struct log_scan *walk, const struct ending *ending)
{
	struct checkpoint_run run;

	if (has_checkpoint(ending))
		return plan__note_used(walk->mend, ending->name);
	if (ending->state == CHECKPOINT_OTHER &&
	    checkpoint__read_run(walk->checkpoints.directory_fd, ending->name, &run) &&
	    !checkpoint_list__has_log(&walk->checkpoints, &run))
		return plan__note_used(walk->mend, ending->name);
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
static int is_header_behind(const struct log_scan *walk)
{
	char text[sizeof(HEADER_START) - 1];
	ssize_t bytes = pread(walk->fd, text, sizeof(text), (off_t)walk->end);
	const char *end;

	if (bytes <= 0)
		return bytes < 0 ? -errno : 0;
	end = memchr(text, '\n', (size_t)bytes);
	if (end)
		bytes = end - text;
	return bytes > 0 && memcmp(text, HEADER_START, (size_t)bytes) == 0;
}

/* Nothing is left of it but the beginning of an entry, or of its pairs. */
static int is_footer_understood(const struct log_scan *walk, bool open, bool kept)
{
	const struct footer_seen *footer = &walk->footer;
	__u64 bytes = footer->list_end - footer->at;
	int found =
		truncated__entry(walk->fd, footer->list_end, walk->end - !open - footer->list_end);

	if (found <= 0 || footer->counts_good)
		return found;
	/* All pairs are there: only a checkpoint knows better. */
	if (footer->pairs_good)
		return kept;
	if (bytes > FOOTER_BYTES)
		bytes = FOOTER_BYTES;
	found = truncated__line(walk->fd, footer->at, bytes);
	return found < 0 ? found : found == TRUNCATED_FOOTER;
}

static int mend_footer(struct log_scan *walk, const struct ending *ending)
{
	const struct footer_seen *footer = &walk->footer;
	struct file_patch_edit edit = {.at = footer->counts_good ? footer->list_end : footer->at};
	int err = refuse_checkpoint(walk, ending);

	if (err)
		return err;
	edit.removed = walk->end - edit.at;
	walk->mend->defects = footer->defects;
	return write_end(walk, edit, ending, footer->counts_good);
}

/* A footer that stays as it is, with its defects. */
static void keep_footer(struct log_scan *walk)
{
	struct line_event event = {.kind = LINE_FOOTER_END, .line = walk->footer.line};

	log_run__footer_end(&walk->run, &event);
}

static int end_footer(struct log_scan *walk, const struct ending *ending, bool torn)
{
	bool open = is_open(walk);
	bool truncated = torn || walk->footer.bad_last || lacks_flows(&walk->run);
	bool certain = open || has_checkpoint(ending);
	int found;

	if (!truncated && !walk->footer.bad_entries && walk->footer.counts_good) {
		keep_footer(walk);
		return walk->strange_line ? 0 : clear_checkpoint(walk, ending);
	}
	found = truncated && !certain ? is_header_behind(walk) : certain;
	if (found > 0 && truncated) {
		found = walk->strange_line ? 0
					   : is_footer_understood(walk, open,
								  ending->state == CHECKPOINT_GOOD);
		if (found > 0)
			return mend_footer(walk, ending);
		if (found == 0 && certain)
			return refuse_line(walk, walk->strange_line ?: walk->footer.line);
	}
	if (found >= 0)
		keep_footer(walk);
	return found < 0 ? found : 0;
}

int mend_end__footer(struct log_scan *walk, bool torn)
{
	struct ending ending;
	int err = load_checkpoint(walk, &ending);

	if (!err && ending.state == CHECKPOINT_GOOD)
		err = footer__add_flows(&walk->run, &ending.kept);
	if (!err)
		err = end_footer(walk, &ending, torn);
	checkpoint__free_kept(&ending.kept);
	end_run(walk);
	return err;
}
