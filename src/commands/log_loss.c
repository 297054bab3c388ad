// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_loss.h"

#include "options/options.h"
#include "output/rotate.h"
#include "report/report.h"

static struct writer *writer_of(const struct log_loss *loss)
{
	return loss->rotation->file->output->writer;
}

static void count_lines(struct log_loss *loss)
{
	struct log_file *file = loss->rotation->file;

	run_counts__lose_file(file->counts, file->lines_before);
	run_counts__read_drained(file->counts, &file->before);
	loss->rotation->status = EXIT_FAILED;
}

static __u64 lines_in_file(const struct log_loss *loss)
{
	const struct log_file *file = loss->rotation->file;
	struct accounting now;

	run_counts__read(file->counts, &now);
	return now.lines[SIFTR_IN] + now.lines[SIFTR_OUT] - file->lines_before[SIFTR_IN] -
	       file->lines_before[SIFTR_OUT];
}

static void report_deleted(struct log_loss *loss)
{
	if (!loss->deleted)
		report_message("%s was deleted or replaced while it was being written: its %llu "
			       "lines are lost, and counted",
			       loss->rotation->file->output->name, lines_in_file(loss));
	loss->deleted = true;
}

static void report_shortened(const struct log_loss *loss)
{
	report_message("%s was shortened by somebody while it was being written: its %llu lines "
		       "are lost, and counted; to rotate a log, rename it and send SIGHUP",
		       loss->rotation->file->output->name, lines_in_file(loss));
}

/* What is left in the file is not this run's log any more: it gets a new header. */
static void continue_in_shortened(struct log_loss *loss, __u64 last_ns)
{
	report_shortened(loss);
	rotate__restart_file(writer_of(loss));
	count_lines(loss);
	log_checkpoint__end(&loss->rotation->file->checkpoint, true);
	log_rotation__begin_next(loss->rotation, last_ns);
}

/* The lines of the deleted file count as lost once there is another to continue in. */
static void leave_deleted(struct log_loss *loss, __u64 last_ns)
{
	struct log_file *file = loss->rotation->file;
	bool is_same;

	report_deleted(loss);
	/* A deleted file that is bind-mounted to the log's name still has that name. */
	if (!log_file__can_rotate(file) || writer__is_at(file->output->writer, file->path))
		return;
	if (log_rotation__prepare_next(loss->rotation, &is_same))
		return;
	log_output__flush_now(file->output);
	count_lines(loss);
	log_checkpoint__end(&file->checkpoint, true);
	log_rotation__finish_old(loss->rotation);
	rotate__replace_file(file->output->writer);
	loss->deleted = false;
	log_rotation__begin_next(loss->rotation, last_ns);
	report_notice("the log goes on in a new %s", file->output->name);
}

bool log_loss__replace_file(struct log_loss *loss, __u64 last_ns)
{
	switch (writer__check_file(writer_of(loss))) {
	case OUTPUT_DELETED:
		leave_deleted(loss, last_ns);
		return true;
	case OUTPUT_SHORTENED:
		continue_in_shortened(loss, last_ns);
		return true;
	default:
		return false;
	}
}

/* For a deleted file log_rotation's retries apply. */
void log_loss__check(struct log_loss *loss, __u64 last_ns)
{
	if (!loss->deleted)
		log_loss__replace_file(loss, last_ns);
}

void log_loss__check_at_end(struct log_loss *loss, __u64 last_ns, bool footer_written)
{
	enum output_change change = writer__check_file(writer_of(loss));

	if (change == OUTPUT_SHORTENED && !footer_written) {
		continue_in_shortened(loss, last_ns);
		return;
	}
	if (change == OUTPUT_SHORTENED)
		report_shortened(loss);
	else if (change == OUTPUT_DELETED)
		report_deleted(loss);
	if (change != OUTPUT_UNCHANGED && footer_written)
		count_lines(loss);
}
