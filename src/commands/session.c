// SPDX-License-Identifier: BSD-2-Clause
/* Records to lines, and the user side's half of the books. */
#include "commands/session.h"

#include <errno.h>
#include <string.h>

#include "report.h"

int session__open(struct session *session, const struct options *options)
{
	int err;

	session->output = options->output ? options->output : "stdout";
	session->lines_wanted = options->count ? options->count : ~0ULL;
	session->tick_ns = clock__tick_ns();
	session->flows = flows__new();
	session->cache = format_cache__new();
	if (!session->flows || !session->cache)
		return report_error(-ENOMEM, "set up the flow list");
	err = writer__open(options->output, &session->writer);
	if (err)
		return report_error(err, "open %s for the log", session->output);
	if (options->books)
		session->books = fopen(options->books, "we");
	if (options->books && !session->books)
		return report_error(-errno, "open %s for the books", options->books);
	return 0;
}

void session__close(struct session *session, int *status)
{
	int err = writer__close(session->writer);

	if (err && !session->trouble && !session->reader_left) {
		report_error(err, "finish %s", session->output);
		*status = EXIT_FAILED;
	}
	if (session->books)
		fclose(session->books);
	format_cache__free(session->cache);
	flows__free(session->flows);
}

int session__write_header(struct session *session, struct siftr_time now, __u32 sysver)
{
	char *room = writer__room(session->writer, FORMAT_HEADER_MAX);

	writer__commit(session->writer, format_siftr__header(room, now, sysver));
	session->trouble = writer__flush(session->writer);
	session->reader_left = session->trouble == -EPIPE;
	if (!session->trouble || session->reader_left)
		return EXIT_CLEAN;
	report_error(session->trouble, "begin the log in %s", session->output);
	return EXIT_OUTPUT;
}

static __u64 lines_logged(const struct session *session)
{
	return session->lines[SIFTR_IN] + session->lines[SIFTR_OUT];
}

void session__log(struct session *session, const struct siftr_record *record,
		  struct siftr_time when)
{
	struct format_line line = {when, &record->flow, 0, record->direction, {}};
	__u8 direction = record->direction;
	char *room;

	if (lines_logged(session) >= session->lines_wanted) {
		session->after_end[direction] += record->kind == SIFTR_KIND_LINE;
		return;
	}
	line.flowid = flows__id(session->flows, &record->flow);
	if (record->kind != SIFTR_KIND_LINE)
		return;
	if (!line.flowid) {
		session->no_flow[direction]++;
		return;
	}
	siftr__interpret(record, session->tick_ns, &line.columns);
	room = writer__room(session->writer, FORMAT_LINE_MAX);
	writer__commit(session->writer, format_siftr__line(room, session->cache, &line));
	session->lines[direction]++;
}

static __u64 lines_lost(const struct session *session)
{
	__u64 lost[SIFTR_DIRECTIONS];

	writer__lost_lines(session->writer, lost);
	return lost[SIFTR_IN] + lost[SIFTR_OUT];
}

void session__flush(struct session *session)
{
	int trouble = writer__flush(session->writer);

	if (trouble == session->trouble)
		return;
	if (trouble == -EPIPE)
		session->reader_left = 1;
	else if (trouble)
		report_error(trouble,
			     "write %s: lines are lost, and counted, until it can be "
			     "written again",
			     session->output);
	else
		report_notice("writing %s again; %llu lines were lost", session->output,
			      lines_lost(session));
	session->trouble = trouble;
}

int session__is_over(const struct session *session)
{
	return session->reader_left || lines_logged(session) >= session->lines_wanted;
}

static void note_missed(const char *name, __u64 missed, void *context)
{
	struct books *books = context;

	if (books->nr_hooks == BOOKS_HOOKS_MAX)
		return;
	books->missed[books->nr_hooks].hook = name;
	books->missed[books->nr_hooks++].runs = missed;
}

static void read_programs(const struct programs *programs, struct books *books)
{
	programs__each_missed(programs, note_missed, books);
	books->merged_known = programs__counts_merged(programs);
	books->way = programs__way_name(programs__way(programs));
	books->flow_storage = programs__storage_name(programs__flow_storage(programs));
}

void session__read_books(const struct session *session, struct books *books)
{
	__u64 lost[SIFTR_DIRECTIONS];

	memset(books, 0, sizeof(*books));
	tracer__read_counters(session->tracer, &books->kernel);
	writer__lost_lines(session->writer, lost);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		books->lines[direction] = session->lines[direction] - lost[direction];
		books->lost_output[direction] = lost[direction] + session->no_flow[direction];
		books->after_end[direction] = session->after_end[direction];
	}
	books->flows = flows__count(session->flows);
	read_programs(tracer__programs(session->tracer), books);
}

__u64 session__records_counted(const struct siftr_counters *counters)
{
	__u64 records = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		records += counters->of[direction][SIFTR_RECORDS] +
			   counters->of[direction][SIFTR_FLOWS];
	return records;
}

static int write_tuple(const struct siftr_flow_key *key, void *context)
{
	struct writer *writer = context;
	char *room = writer__room(writer, FORMAT_TUPLE_MAX);

	writer__commit(writer, format_siftr__tuple(room, key));
	return 0;
}

int session__write_footer(struct session *session, struct siftr_time now, const struct books *books)
{
	struct format_totals totals;
	char *room;
	int err;

	books__totals(books, &totals);
	room = writer__room(session->writer, FORMAT_FOOTER_MAX);
	writer__commit(session->writer, format_siftr__footer(room, now, &totals));
	err = flows__each_tuple(session->flows, write_tuple, session->writer);
	if (err)
		report_error(err, "sort the flow list: the log's is incomplete");
	room = writer__room(session->writer, 1);
	*room = '\n';
	writer__commit(session->writer, room + 1);
	session__flush(session);
	if (session->reader_left)
		return EXIT_CLEAN;
	if (session->trouble)
		report_message("the log has no footer: free space, then trace again");
	return err || session->trouble || lines_lost(session) ? EXIT_FAILED : EXIT_CLEAN;
}
