// SPDX-License-Identifier: BSD-2-Clause
#include "commands/session.h"

#include <errno.h>

#include "capture/clock.h"
#include "capture/group_layout.h"
#include "commands/row_observers.h"
#include "commands/sampling.h"
#include "convert/flow_list.h"
#include "format/format_cache.h"
#include "report/report.h"

static int open_output(struct session *session, const struct options *options)
{
	const struct preallocate_limits limits = {options->max_bytes, options->min_free_bytes};
	const struct log_encoding encoding = {session->format, options->zstd};
	int err = output_paths__find(&session->paths, options);

	if (!err && options->output && options->set_aside)
		err = set_aside__killed_run(&session->paths.log, &session->aside);
	if (!err)
		err = log_output__open(&session->output,
				       options->output ? &session->paths.log : NULL, &limits,
				       &encoding);
	return err;
}

/* Sets the pointers by which the parts of a session use each other. */
static void connect_parts(struct session *session, const struct options *options)
{
	struct log_file *file = &session->file;
	struct log_rotation *rotation = &session->rotation;

	session->counts.tracer = session->tracer;
	session->counts.read_counters = session->read_counters ?: tracer__read_counters;
	session->counts.writer = session->output.writer;
	session->counts.flows = session->flows;
	session->counts.recorder = session->recording.recorder;
	file->path = options->output ? &session->paths.log : NULL;
	file->output = &session->output;
	file->counts = &session->counts;
	file->wall = &session->wall;
	file->flows = session->flows;
	file->format = session->format;
	file->cache = session->cache;
	file->max_bytes = options->max_bytes;
	rotation->file = file;
	rotation->cache = session->cache;
	rotation->tracer = session->tracer;
	rotation->next_file = session->next_file ?: tracer__next_file;
	rotation->keep = options->rotate ? options->rotate : 1;
	session->deletion.rotation = rotation;
}

int session__choose(struct session *session, const struct options *options)
{
	const struct format *format = formats[options->format];
	const char *fields = options->fields ?: sampling__fields(options);
	int err;

	session->format = &session->fields.format;
	if (options->bursts.period_ns && format->one_run) {
		report_message("--burst makes several runs, and a log of the format %s has one: "
			       "choose another format, or trace for --duration",
			       format->name);
		return -EINVAL;
	}
	err = log_fields__choose(&session->fields, format, fields, recording__marks(options))
		      ?: recording__choose(&session->recording, options);
	if (!err && !sampling__weighs_all(options) &&
	    session__groups(session) & SIFTR_GROUP_BIT(sample)) {
		report_message(
			"with --burst or --trigger not every packet is part of the log, so "
			"that no line knows its weight: leave the fields weight and ppl out");
		return -EINVAL;
	}
	return err;
}

int session__open(struct session *session, const struct options *options)
{
	__u16 offsets[SIFTR_GROUPS];
	__u32 record_bytes = group_layout__place(session__groups(session), offsets);
	int err;

	session->lines_wanted = options->count ? options->count : ~0ULL;
	record_rows__prepare(&session->rows, session__groups(session), clock__tick_ns());
	session->flows = flows__new();
	session->cache = format_cache__new(session->format);
	if (!session->flows || !session->cache)
		return report_error(-ENOMEM, "set up the flow list");
	if (session->rows.sample_offset)
		flow_list__keep_numbers(session->flows);
	err = recording__open(&session->recording, offsets, record_bytes)
		      ?: open_output(session, options);
	if (err)
		return err;
	connect_parts(session, options);
	return output_paths__prepare(&session->paths, log_file__can_rotate(&session->file));
}

void session__close(struct session *session, int *status)
{
	const struct log_output *output = &session->output;
	int err = writer__close(output->writer);

	log_checkpoint__end(&session->file.checkpoint, session->file.complete && !err);
	if (err && !output->error && !output->reader_left) {
		report_error(err, "finish %s", output->name);
		*status = EXIT_FAILED;
	}
	output_paths__close(&session->paths);
	format_cache__free(session->cache);
	recording__close(&session->recording);
	record_rows__free(&session->rows);
	flows__free(session->flows);
}

int session__begin(struct session *session, __u32 sysver)
{
	int err;

	session->file.sysver = sysver;
	session->file.begin_ns = session->begin_ns;
	if (session->file.suspended)
		return EXIT_CLEAN;
	log_rotation__leave_full_file(&session->rotation);
	err = log_file__begin(&session->file);
	if (!err)
		return EXIT_CLEAN;
	log_output__fail(&session->output, err);
	if (session->output.reader_left)
		return EXIT_CLEAN;
	report_error(err, "begin the log in %s", session->output.name);
	return EXIT_OUTPUT;
}

int session__end(struct session *session, __u64 end_ns)
{
	struct writer *writer = session->output.writer;
	__u64 lost[SIFTR_DIRECTIONS];
	int status;

	end_ns = session__last_moment_ns(session, end_ns);
	if (!session->file.suspended && !log_file__try_to_begin(&session->file))
		return log_file__report_no_footer(&session->file);
	if (!session->file.suspended)
		log_deletion__check_at_end(&session->deletion, session->last_ns, false);
	status = session->file.suspended ? EXIT_CLEAN : log_file__end(&session->file, end_ns);
	log_deletion__check_at_end(&session->deletion, session->last_ns, true);
	log_rotation__finish_old(&session->rotation);
	status = log_output__end_pipe(&session->output, session->stopped, status);
	if (session->output.reader_left)
		return status;
	writer__lost_lines(writer, lost);
	session->file.complete = !writer__has_unwritten(writer);
	if (!session->file.complete)
		return log_file__report_no_footer(&session->file);
	return status || lost[SIFTR_IN] + lost[SIFTR_OUT] ? EXIT_FAILED : session->rotation.status;
}

void session__write_rows(struct session *session, const struct row rows[], size_t count)
{
	struct writer *writer = session->output.writer;
	char *text = writer__reserve(writer, count * session->format->line_max);

	writer__commit(writer, session->format->rows(text, session->cache, rows, count));
	row_observers__show(session->summary, session->view, session->followers, rows, count);
	for (size_t i = 0; i < count; i++)
		session->counts.lines[rows[i].direction]++;
}

bool session__has_space(struct session *session, size_t count)
{
	return !session->file.header_pending && !session->file.suspended &&
	       writer__has_space(session->output.writer, count, session->format->line_max,
				 log_file__footer_bytes(&session->file, count));
}

/* Writes lines without making rows, which nothing but the log would need. */
static void write_packets(struct session *session, const struct packet packets[], size_t count)
{
	struct writer *writer = session->output.writer;
	char *text = writer__reserve(writer, count * session->format->line_max);

	writer__commit(writer, session->format->packets(text, session->cache, packets, count,
							session->rows.tick_ns));
	for (size_t i = 0; i < count; i++)
		session->counts.lines[packets[i].record->direction % SIFTR_DIRECTIONS]++;
}

static void write_as_rows(struct session *session, const struct packet packets[], size_t count)
{
	struct row_fields fields[SESSION_ROWS];
	struct row rows[SESSION_ROWS];

	while (count) {
		size_t some = count < SESSION_ROWS ? count : SESSION_ROWS;

		for (size_t i = 0; i < some; i++)
			record_rows__make(&session->rows, packets++, &rows[i], &fields[i]);
		session__write_rows(session, rows, some);
		count -= some;
	}
}

/* Logs a batch, all of which may be known to be packets: the other kinds are rare. */
static void log_batch(struct session *session, const struct siftr_record *const records[],
		      size_t count, bool all_packets)
{
	struct packet packets[FLOWS_BATCH];
	const struct flow *found[FLOWS_BATCH];

	if (!session->rotation.next_wanted && log_file__is_full(&session->file, count))
		session__rotate(session, session->last_ns);
	session->last_ns = records[count - 1]->time_ns;
	if (!all_packets)
		flows__announce(session->flows, records, count);
	if (!session__has_space(session, count)) {
		record_rows__lose(records, count, session->counts.lines, session->output.writer);
		return;
	}
	flows__find(session->flows, records, count, found);
	if (!all_packets)
		log_checkpoint__add_flows(&session->file.checkpoint, records, count);
	count = record_rows__choose(&session->wall, records, found, count, session->counts.no_flow,
				    packets);
	if (session->format->packets && record_rows__are_plain(&session->rows) &&
	    !row_observers__want(session->summary, session->view, session->followers))
		write_packets(session, packets, count);
	else
		write_as_rows(session, packets, count);
}

/* Logs in batches, none with more records than --count still wants lines. */
void session__log(struct session *session, const struct siftr_record *const records[], size_t count)
{
	bool all_packets = record_rows__are_packets(records, count);

	if (!all_packets)
		rests__note(&session->rests, &session->counts, records, count);
	while (count) {
		__u64 wanted = session->lines_wanted - run_counts__lines(&session->counts);
		size_t batch = count < FLOWS_BATCH ? count : FLOWS_BATCH;

		if (wanted == 0)
			break;
		if (batch > wanted)
			batch = wanted;
		log_batch(session, records, batch, all_packets);
		records += batch;
		count -= batch;
	}
	record_rows__count(records, count, session->counts.after_end);
}

void session__rotate(struct session *session, __u64 boundary_ns)
{
	if (session->file.header_pending || session->file.suspended)
		log_rotation__move_pending_header(&session->rotation);
	else if (!log_deletion__replace_file(&session->deletion, session->last_ns))
		log_rotation__rotate(&session->rotation, boundary_ns);
}

void session__flush(struct session *session)
{
	struct log_rotation *rotation = &session->rotation;

	if (!session->file.suspended)
		log_deletion__check(&session->deletion, session->last_ns);
	log_output__flush(&session->output);
	if (session->file.header_pending && !writer__trouble(session->output.writer))
		log_file__try_to_begin(&session->file);
	if (rotation->finish_ns && clock__monotonic_ns() >= rotation->finish_ns)
		log_rotation__finish_old(rotation);
	if (rotation->next_wanted && clock__monotonic_ns() >= rotation->retry_ns)
		session__rotate(session, session->last_ns);
}

__u64 session__retry_ns(const struct session *session)
{
	const struct log_rotation *rotation = &session->rotation;
	__u64 at_ns = log_output__due_ns(&session->output);

	if (rotation->next_wanted && rotation->retry_ns < at_ns)
		at_ns = rotation->retry_ns;
	if (rotation->finish_ns && rotation->finish_ns < at_ns)
		at_ns = rotation->finish_ns;
	return at_ns;
}

bool session__is_over(const struct session *session)
{
	return session->output.reader_left ||
	       run_counts__lines(&session->counts) >= session->lines_wanted;
}
