// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_deletion.h"

#include "options/options.h"
#include "output/writer_switch.h"
#include "report/plural.h"
#include "report/report.h"

static struct writer *writer_of(const struct log_deletion *deletion)
{
	return deletion->rotation->file->output->writer;
}

static void count_lines(struct log_deletion *deletion)
{
	struct log_file *file = deletion->rotation->file;

	run_counts__lose_file(file->counts, file->lines_before);
	run_counts__read_drained(file->counts, &file->before);
	deletion->rotation->status = EXIT_FAILED;
}

static __u64 lines_in_file(const struct log_deletion *deletion)
{
	const struct log_file *file = deletion->rotation->file;
	struct accounting now;

	run_counts__read(file->counts, &now);
	return now.lines[SIFTR_IN] + now.lines[SIFTR_OUT] - file->lines_before[SIFTR_IN] -
	       file->lines_before[SIFTR_OUT];
}

/* What `happened` to the file, that its lines are lost, and `advice`. */
static void report_lost(const struct log_deletion *deletion, const char *happened,
			const char *advice)
{
	__u64 lines = lines_in_file(deletion);

	report_message("%s was %s while it was being written: its %llu line%s %s lost, and "
		       "counted%s",
		       deletion->rotation->file->output->name, happened, lines,
		       plural__ending(lines), lines == 1 ? "is" : "are", advice);
}

static void report_deleted(struct log_deletion *deletion)
{
	if (!deletion->deleted)
		report_lost(deletion, "deleted or replaced", "");
	deletion->deleted = true;
}

static void report_shortened(const struct log_deletion *deletion)
{
	report_lost(deletion, "shortened by somebody",
		    "; to rotate a log, rename it and send SIGHUP");
}

/*
 * Continues at the end of a shortened file with a new header, because what is left in the file is
 * not this run's log any more. All lines of the run in the file count as lost, and so do those that
 * were about to be written to it.
 */
static void continue_in_shortened(struct log_deletion *deletion, __u64 last_ns)
{
	report_shortened(deletion);
	count_lines(deletion);
	writer_switch__restart_file(writer_of(deletion));
	log_checkpoint__end(&deletion->rotation->file->checkpoint, true);
	log_rotation__begin_next(deletion->rotation, last_ns);
}

/*
 * Continues in a new file if the current one was deleted. Until the new one can be opened the run
 * writes to the deleted file; the lines of that count as lost only when it is left.
 */
static void leave_deleted(struct log_deletion *deletion, __u64 last_ns)
{
	struct log_file *file = deletion->rotation->file;
	bool is_same;

	report_deleted(deletion);
	/* A deleted file that is bind-mounted at the log's path is still found there: keep it. */
	if (!log_file__can_rotate(file) || writer__is_at(file->output->writer, file->path))
		return;
	if (log_rotation__prepare_next(deletion->rotation, &is_same))
		return;
	log_output__flush_now(file->output);
	count_lines(deletion);
	log_checkpoint__end(&file->checkpoint, true);
	log_rotation__finish_old(deletion->rotation);
	writer_switch__replace_file(file->output->writer);
	deletion->deleted = false;
	log_rotation__begin_next(deletion->rotation, last_ns);
	report_notice("the log goes on in a new %s", file->output->name);
}

bool log_deletion__replace_file(struct log_deletion *deletion, __u64 last_ns)
{
	switch (writer__check_file(writer_of(deletion))) {
	case OUTPUT_DELETED:
		leave_deleted(deletion, last_ns);
		return true;
	case OUTPUT_SHORTENED:
		continue_in_shortened(deletion, last_ns);
		return true;
	default:
		return false;
	}
}

/*
 * A file whose deletion has been reported is not checked here again: if a new file could not be
 * opened, session__flush() retries that by way of session__rotate().
 */
void log_deletion__check(struct log_deletion *deletion, __u64 last_ns)
{
	if (!deletion->deleted)
		log_deletion__replace_file(deletion, last_ns);
}

void log_deletion__check_at_end(struct log_deletion *deletion, __u64 last_ns, bool footer_written)
{
	enum output_change change = writer__check_file(writer_of(deletion));

	if (change == OUTPUT_SHORTENED && !footer_written) {
		continue_in_shortened(deletion, last_ns);
		return;
	}
	if (change == OUTPUT_SHORTENED)
		report_shortened(deletion);
	else if (change == OUTPUT_DELETED)
		report_deleted(deletion);
	if (change != OUTPUT_UNCHANGED && footer_written)
		count_lines(deletion);
}
