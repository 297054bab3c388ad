// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_rotation.h"

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "convert/flow_list.h"
#include "format/format_cache.h"
#include "options/options.h"
#include "output/writer_switch.h"
#include "report/report.h"

#define RETRY_NS  NSEC_PER_SEC
#define FINISH_NS (35 * NSEC_PER_SEC) /* then a sync is short: the kernel writes after 30 s */

/* Moves the old files up by one number and opens a new file under the log's name. */
static int open_after_shift(struct log_rotation *rotation, __u64 bytes)
{
	const struct log_path *path = rotation->file->path;
	int err = log_renames__shift(&rotation->old, path, rotation->keep);

	if (err)
		return err;
	err = writer_switch__open_next(rotation->file->output->writer, path, bytes);
	if (err)
		log_renames__undo(&rotation->old);
	else
		log_renames__commit(&rotation->old);
	return err;
}

/*
 * Checks whether the current file has space for its footer and for `bytes` of a further run. 0, or
 * the negative errno that prevents it.
 */
static int prepare_same_file(const struct log_rotation *rotation, __u64 bytes)
{
	struct writer *writer = rotation->file->output->writer;

	bytes += log_file__footer_bytes(rotation->file, 0);
	return writer__has_space(writer, 1, format__header_max(rotation->file->format), bytes)
		       ? 0
		       : writer__trouble(writer);
}

static int find_next(struct log_rotation *rotation, bool *is_same)
{
	const struct log_file *file = rotation->file;
	__u64 bytes = format__header_max(file->format) + FORMAT_FOOTER_MAX;

	*is_same = writer__is_at(file->output->writer, file->path);
	if (!*is_same)
		return writer_switch__open_next(file->output->writer, file->path, bytes);
	if (!file->max_bytes)
		return prepare_same_file(rotation, bytes);
	*is_same = false;
	return open_after_shift(rotation, bytes);
}

int log_rotation__prepare_next(struct log_rotation *rotation, bool *is_same)
{
	int err;

	report_mute(rotation->error_reported);
	err = find_next(rotation, is_same);
	report_mute(false);
	rotation->next_wanted = err != 0;
	if (!err) {
		rotation->error_reported = false;
		return 0;
	}
	if (!rotation->error_reported)
		report_message("the log goes on in the old file until %s can be opened",
			       rotation->file->path->path);
	rotation->error_reported = true;
	rotation->retry_ns = clock__monotonic_ns() + RETRY_NS;
	return err;
}

void log_rotation__finish_old(struct log_rotation *rotation)
{
	int err = writer_switch__finish_old(rotation->file->output->writer);

	rotation->finish_ns = 0;
	if (!err)
		return;
	report_error(err, "bring the file before %s to the disk", rotation->file->output->name);
	rotation->status = EXIT_FAILED;
}

static void leave_file(struct log_rotation *rotation)
{
	log_rotation__finish_old(rotation);
	if (writer_switch__next_file(rotation->file->output->writer)) {
		report_message("the old file has no footer: it could not be written");
		rotation->status = EXIT_FAILED;
	}
	rotation->finish_ns = clock__monotonic_ns() + FINISH_NS;
}

void log_rotation__leave_full_file(struct log_rotation *rotation)
{
	struct log_file *file = rotation->file;
	bool is_same;

	file->begin_bytes = writer__size(file->output->writer);
	if (file->begin_bytes && log_file__is_full(file, FLOWS_BATCH) &&
	    !log_rotation__prepare_next(rotation, &is_same))
		writer_switch__next_file(file->output->writer);
}

void log_rotation__begin_next(struct log_rotation *rotation, __u64 begin_ns)
{
	struct log_file *file = rotation->file;

	rotation->next_file(rotation->tracer);
	flow_list__next_interval(file->flows, begin_ns, clock__monotonic_ns());
	format_cache__forget_flows(rotation->cache);
	log_file__begin_at(file, begin_ns < file->begin_ns ? file->begin_ns : begin_ns);
}

void log_rotation__suspend(struct log_rotation *rotation, __u64 end_ns)
{
	struct log_file *file = rotation->file;

	if (end_ns < file->begin_ns)
		end_ns = file->begin_ns;
	if (log_file__try_to_begin(file)) {
		rotation->status |= log_file__end(file, end_ns);
		log_checkpoint__end(&file->checkpoint,
				    !writer__has_unwritten(file->output->writer));
	}
	file->header_pending = false;
	file->suspended = true;
}

void log_rotation__resume(struct log_rotation *rotation, __u64 begin_ns)
{
	struct log_file *file = rotation->file;

	file->suspended = false;
	rotation->next_file(rotation->tracer);
	flow_list__next_interval(file->flows, begin_ns, clock__monotonic_ns());
	format_cache__forget_flows(rotation->cache);
	file->begin_ns = begin_ns;
	log_rotation__leave_full_file(rotation);
	if (log_file__begin(file))
		log_output__flush_now(file->output);
}

void log_rotation__move_pending_header(struct log_rotation *rotation)
{
	bool is_same;

	if (log_rotation__prepare_next(rotation, &is_same))
		return;
	if (!is_same)
		leave_file(rotation);
	log_file__try_to_begin(rotation->file);
}

void log_rotation__rotate(struct log_rotation *rotation, __u64 boundary_ns)
{
	struct log_file *file = rotation->file;
	bool is_same;

	if (log_rotation__prepare_next(rotation, &is_same))
		return;
	if (is_same && file->format->one_run) {
		report_notice("%s was not renamed, and the format %s has one run a file: the log "
			      "goes on in it",
			      file->path->path, file->format->name);
		return;
	}
	if (boundary_ns < file->begin_ns)
		boundary_ns = file->begin_ns;
	rotation->status |= log_file__end(file, boundary_ns);
	log_checkpoint__end(&file->checkpoint, !writer__has_unwritten(file->output->writer));
	if (!is_same)
		leave_file(rotation);
	log_rotation__begin_next(rotation, boundary_ns);
	report_detail("another file of the log began in %s", file->path->path);
}

int log_rotation__open_path(struct log_rotation *rotation, const struct log_path *path)
{
	return writer_switch__open_next(rotation->file->output->writer, path,
					format__header_max(rotation->file->format) +
						FORMAT_FOOTER_MAX);
}

void log_rotation__change_path(struct log_rotation *rotation, struct log_path *current,
			       const struct log_path *next, __u64 boundary_ns)
{
	struct log_file *file = rotation->file;
	struct log_path last = *current;

	if (boundary_ns < file->begin_ns)
		boundary_ns = file->begin_ns;
	if (!file->suspended && !file->header_pending) {
		rotation->status |= log_file__end(file, boundary_ns);
		log_checkpoint__end(&file->checkpoint,
				    !writer__has_unwritten(file->output->writer));
	}
	*current = *next;
	file->output->name = current->path;
	leave_file(rotation);
	if (!file->suspended)
		log_rotation__begin_next(rotation, boundary_ns);
	rotation->next_wanted = rotation->error_reported = false;
	log_path__close(&last);
}
