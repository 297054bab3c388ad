// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/clock.h"
#include "convert/flow_list.h"
#include "format/format_cache.h"
#include "format/run_footer.h"
#include "format/tuple.h"
#include "options/options.h"
#include "output/write_error.h"
#include "report/report.h"

bool log_file__can_rotate(const struct log_file *file)
{
	return file->path && writer__is_file(file->output->writer);
}

__u64 log_file__footer_bytes(const struct log_file *file, size_t more_flows)
{
	if (file->format->run_footer)
		return FORMAT_FOOTER_MAX + (run_flows__count(file->cache->run_flows) + more_flows) *
						   file->format->run_footer->flow_max;
	if (!file->format->footer)
		return 0;
	return FORMAT_FOOTER_MAX + flow_list__size(file->flows, 4) * TUPLE_IPV4_MAX +
	       (flow_list__size(file->flows, 6) + more_flows) * TUPLE_IPV6_MAX;
}

static bool exceeds_size(const struct log_file *file, size_t nr_lines)
{
	__u64 bytes = writer__size(file->output->writer), more;

	/* A new file with only its header is never full: the next file would be no emptier. */
	if (!file->begin_bytes && bytes <= format__header_max(file->format))
		return false;
	more = nr_lines * file->format->line_max + log_file__footer_bytes(file, nr_lines);
	return bytes + more + writer__overhead(file->output->writer, more) > file->max_bytes;
}

bool log_file__is_full(const struct log_file *file, size_t nr_lines)
{
	if (!file->max_bytes || !log_file__can_rotate(file) || !exceeds_size(file, nr_lines))
		return false;
	/* The compressed size of buffered lines is known only once they are written: write them. */
	if (writer__frame_bytes(file->output->writer))
		log_output__flush_now(file->output);
	return exceeds_size(file, nr_lines);
}

static void write_header(struct log_file *file)
{
	struct writer *writer = file->output->writer;
	char *header = writer__reserve(writer, format__header_max(file->format)), *end = header;
	struct format_start start = {.sysname = "Linux",
				     .sysver = file->sysver,
				     .ipmode = 6,
				     .selection = file->format->selection};
	struct accounting now;

	if (file->oldest_ns && file->oldest_ns < file->begin_ns)
		file->begin_ns = file->oldest_ns;
	run_counts__read(file->counts, &now);
	memcpy(file->lines_before, now.lines, sizeof(now.lines));
	file->header_pending = false;
	file->first_ns = 0;
	file->begun = wall_clock__time(file->wall, file->begin_ns);
	file->begin_bytes = writer__size(writer);
	start.enabled = file->begun;
	format_cache__begin_run(file->cache, file->begun);
	if (file->format->run_footer)
		write_error__observe_lost(writer, file->format->run_footer->lose_line, file->cache);
	if (file->format->header && !(file->format->one_header && file->begin_bytes))
		end = file->format->header(header, &start);
	writer__commit(writer, end);
	file->run = (struct checkpoint_run){.offset = file->begin_bytes,
					    .header_bytes = (__u64)(end - header)};
	if (file->format->repairable)
		memcpy(file->run.header, header, file->run.header_bytes);
}

/*
 * Reads the inode number of the log by its path. Fails if the log has just been renamed or
 * replaced, as the path would lead to another file.
 */
static int look_up_inode(struct log_file *file)
{
	struct stat status;
	int err = log_path__stat(file->path, &status);

	if (err)
		return err;
	file->run.inode = status.st_ino;
	return writer__is_at(file->output->writer, file->path) ? 0 : -ESTALE;
}

static void begin_checkpoint(struct log_file *file)
{
	file->checkpoint = (struct log_checkpoint){};
	/*
	 * No checkpoint for a redirected stdout: it has no name by which repair could find the
	 * log. None either for a format or a compressed log that repair cannot complete.
	 */
	if (!log_file__can_rotate(file) || !file->format->repairable ||
	    writer__is_compressed(file->output->writer))
		return;
	log_checkpoint__begin(&file->checkpoint, file->path, file->begun, &file->run,
			      look_up_inode(file));
	/* Store the counts now: records that belong to this file may be in a ring already. */
	file->checkpoint_lines = ~0ULL;
	log_file__checkpoint(file);
}

int log_file__begin(struct log_file *file)
{
	struct writer *writer = file->output->writer;
	__u64 footer_bytes = log_file__footer_bytes(file, 0);
	int err;

	file->header_pending =
		!writer__has_header_space(writer, format__header_max(file->format), footer_bytes);
	if (file->header_pending) {
		log_output__flush_now(file->output);
		return 0;
	}
	write_header(file);
	err = writer__flush(writer);
	if (err)
		return err;
	begin_checkpoint(file);
	/* If there is no space for lines, report it now and not at the first line. */
	if (!writer__has_space(writer, 1, file->format->line_max, footer_bytes))
		log_output__flush_now(file->output);
	return 0;
}

bool log_file__try_to_begin(struct log_file *file)
{
	if (!file->header_pending)
		return true;
	if (!writer__has_header_space(file->output->writer, format__header_max(file->format),
				      log_file__footer_bytes(file, 0)))
		return false;
	log_file__begin_at(file, file->begin_ns);
	return true;
}

void log_file__begin_at(struct log_file *file, __u64 begin_ns)
{
	file->begin_ns = begin_ns;
	write_header(file);
	log_output__flush_now(file->output);
	begin_checkpoint(file);
}

static int list_flow(const struct siftr_flow_key *key, void *context)
{
	const struct log_file *file = context;
	struct writer *writer = file->output->writer;
	char *text = writer__reserve(writer, TUPLE_ROOM);

	writer__commit(writer, file->format->listed_flow(text, key));
	return 0;
}

/*
 * Counts rows that the format left out, because there was no memory for their flow, as lost and not
 * as lines.
 */
static void count_left_out(struct log_file *file)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		__u64 *left_out = &file->cache->left_out[direction];

		file->counts->lines[direction] -= *left_out;
		file->counts->no_flow[direction] += *left_out;
		*left_out = 0;
	}
}

/* Computes the counts of the current file's footer. Counting for the next file begins here. */
static void take_totals(struct log_file *file, struct format_totals *totals)
{
	struct accounting now, part;

	run_counts__read_drained(file->counts, &now);
	accounting__since(&now, &file->before, &part);
	file->before = now;
	accounting__totals(&part, totals);
}

/* Writes a footer that lists the flows of the log's lines. */
static int write_run_footer(struct log_file *file, struct siftr_time end,
			    const struct format_totals *totals)
{
	struct run_footer footer = {.format = file->format, .cache = file->cache};
	struct writer *writer = file->output->writer;
	char *text = writer__reserve(writer, FORMAT_FOOTER_MAX);

	writer__commit(writer, run_footer__begin(&footer, text, end, totals));
	while (run_footer__has_more(&footer)) {
		text = writer__reserve(writer, file->format->run_footer->flow_max);
		writer__commit(writer, run_footer__next(&footer, text));
	}
	if (!file->output->reader_left)
		run_footer__report(&footer, file->output->name);
	return 0;
}

static int write_footer(struct log_file *file, __u64 end_ns)
{
	struct writer *writer = file->output->writer;
	struct format_totals totals;
	char *text;
	int err;

	count_left_out(file);
	take_totals(file, &totals);
	if (file->format->run_footer)
		return write_run_footer(file, wall_clock__time(file->wall, end_ns), &totals);
	if (!file->format->footer)
		return 0;
	text = writer__reserve(writer, FORMAT_FOOTER_MAX);
	writer__commit(writer,
		       file->format->footer(text, wall_clock__time(file->wall, end_ns), &totals));
	err = flow_list__each(file->flows, list_flow, file);
	if (err)
		report_error(err, "sort the flow list: the log's is incomplete");
	text = writer__reserve(writer, 1);
	*text = '\n';
	writer__commit(writer, text + 1);
	return err;
}

int log_file__report_no_footer(const struct log_file *file)
{
	if (file->header_pending)
		report_message("nothing was logged: there was no space for the log in %s",
			       file->output->name);
	else if (!format__has_footer(file->format))
		report_message("the end of the log in %s could not be written", file->output->name);
	else if (!file->format->repairable || writer__is_compressed(file->output->writer))
		report_message("the log has no footer: free space, then trace again");
	else if (file->path)
		report_message("the log has no footer: free space, then use siftr-bpf repair");
	else
		report_message("the log has no footer: standard output did not take it");
	return EXIT_FAILED;
}

int log_file__end(struct log_file *file, __u64 end_ns)
{
	struct log_output *output = file->output;
	int err;

	log_output__flush_now(output);
	err = write_footer(file, end_ns);
	log_output__flush_now(output);
	if (writer__has_unwritten(output->writer))
		log_output__flush_now(output);
	if (output->reader_left)
		return EXIT_CLEAN;
	return err ? EXIT_FAILED : EXIT_CLEAN;
}

void log_file__checkpoint(struct log_file *file)
{
	struct accounting now, part;

	if (!file->checkpoint.file)
		return;
	run_counts__read(file->counts, &now);
	if (now.has_recorder && file->checkpoint_lines == run_counts__lines(file->counts)) {
		log_checkpoint__keep(&file->checkpoint, &now.kernel);
		return;
	}
	file->checkpoint_lines = run_counts__lines(file->counts);
	accounting__since(&now, &file->before, &part);
	log_checkpoint__update(&file->checkpoint,
			       wall_clock__time(file->wall, clock__monotonic_ns()), &part,
			       &now.kernel, file->output->name);
}
