// SPDX-License-Identifier: BSD-2-Clause
/* Records to lines, and the user side's half of the books. */
#include "commands/session.h"

#include <errno.h>
#include <string.h>

#include "report.h"

#define NS_PER_SECOND 1000000000ULL

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
		return err;
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

/* Lines of one second follow each other: only the first of them is worth divisions. */
struct siftr_time session__wall_time(struct session *session, __u64 monotonic_ns)
{
	__u64 wall_ns = clock__wall_ns(&session->clock, monotonic_ns);

	if (wall_ns - session->second_ns >= NS_PER_SECOND) {
		session->second = wall_ns / NS_PER_SECOND;
		session->second_ns = session->second * NS_PER_SECOND;
	}
	return (struct siftr_time){session->second, (__u32)(wall_ns - session->second_ns) / 1000};
}

static void log_line(struct session *session, const struct siftr_record *record, __u32 flowid)
{
	struct format_line line;
	char *room;

	line.time = session__wall_time(session, record->time_ns);
	line.flow = &record->flow;
	line.flowid = flowid;
	line.direction = record->direction;
	siftr__interpret(record, session->tick_ns, &line.columns);
	room = writer__room(session->writer, FORMAT_LINE_MAX);
	writer__commit(session->writer, format_siftr__line(room, session->cache, &line));
	session->lines[record->direction]++;
}

/* As many records as cannot be one too many for the lines wanted. */
static void log_batch(struct session *session, const struct siftr_record *const records[],
		      size_t count)
{
	__u32 ids[FLOWS_BATCH];

	flows__ids(session->flows, records, count, ids);
	for (size_t i = 0; i < count; i++) {
		if (records[i]->kind != SIFTR_KIND_LINE)
			continue;
		if (ids[i])
			log_line(session, records[i], ids[i]);
		else
			session->no_flow[records[i]->direction]++;
	}
}

void session__log(struct session *session, const struct siftr_record *const records[], size_t count)
{
	while (count) {
		__u64 wanted = session->lines_wanted - lines_logged(session);
		size_t batch = count < FLOWS_BATCH ? count : FLOWS_BATCH;

		if (wanted == 0)
			break;
		if (batch > wanted)
			batch = wanted;
		log_batch(session, records, batch);
		records += batch;
		count -= batch;
	}
	for (size_t i = 0; i < count; i++)
		session->after_end[records[i]->direction] += records[i]->kind == SIFTR_KIND_LINE;
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
