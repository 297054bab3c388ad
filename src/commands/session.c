// SPDX-License-Identifier: BSD-2-Clause
/* Records to lines, and the user side's half of the books. */
#include "commands/session.h"

#include <errno.h>
#include <string.h>

#include "report/report.h"

#define NS_PER_SECOND 1000000000ULL
#define RETRY_NS      (NS_PER_SECOND / 4)  /* writing goes on within a second */
#define REPEAT_NS     (60 * NS_PER_SECOND) /* between words about a failing device */

int session__open(struct session *session, const struct options *options)
{
	if (!session->read_counters)
		session->read_counters = tracer__read_counters;
	if (!session->next_file)
		session->next_file = tracer__next_file;
	session->lines_wanted = options->count ? options->count : ~0ULL;
	session->tick_ns = clock__tick_ns();
	session->flows = flows__new();
	session->cache = format_cache__new();
	if (!session->flows || !session->cache)
		return report_error(-ENOMEM, "set up the flow list");
	return session__open_outputs(session, options);
}

void session__close(struct session *session, int *status)
{
	int err = writer__close(session->writer);

	session__end_checkpoint(session, session->file.whole && !err);
	if (err && !session->trouble.now && !session->reader_left) {
		report_error(err, "finish %s", session->output);
		*status = EXIT_FAILED;
	}
	session__close_outputs(session);
	format_cache__free(session->cache);
	flows__free(session->flows);
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

/* Many lines at a time: what a call costs is shared. */
void session__write_lines(struct session *session, const struct format_line lines[], size_t count)
{
	char *room = writer__reserve(session->writer, count * FORMAT_LINE_MAX);

	writer__commit(session->writer, format_siftr__lines(room, session->cache, lines, count));
	for (size_t i = 0; i < count; i++)
		session->lines[lines[i].direction]++;
}

static void make_line(struct session *session, const struct siftr_record *record, __u32 flowid,
		      struct format_line *line)
{
	line->time = session__wall_time(session, record->time_ns);
	line->flow = &record->flow;
	line->flowid = flowid;
	line->direction = record->direction % SIFTR_DIRECTIONS;
	siftr__interpret(record, session->tick_ns, &line->columns);
}

/* The records of lines that there is no space for; their flows are not listed. */
static void lose_batch(struct session *session, const struct siftr_record *const records[],
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (records[i]->kind != SIFTR_KIND_LINE)
			continue;
		session->lines[records[i]->direction % SIFTR_DIRECTIONS]++;
		writer__count_lost(session->writer, records[i]->direction % SIFTR_DIRECTIONS);
	}
}

/* As many records as cannot be one too many for the lines wanted. */
static void log_batch(struct session *session, const struct siftr_record *const records[],
		      size_t count)
{
	struct format_line lines[SESSION_LINES];
	__u32 ids[FLOWS_BATCH];
	size_t nr_lines = 0;

	if (session__file_is_full(session, count))
		session__rotate(session, session->last_ns);
	session->last_ns = records[count - 1]->time_ns;
	if (session->file.waiting || !writer__has_space(session->writer, count, FORMAT_LINE_MAX,
							session__footer_bytes(session, count))) {
		lose_batch(session, records, count);
		return;
	}
	flows__ids(session->flows, records, count, ids);
	for (size_t i = 0; i < count; i++) {
		const struct siftr_record *record = records[i];

		if (record->kind != SIFTR_KIND_LINE)
			checkpoint__add_flow(session->checkpoint.file, &record->flow);
		else if (ids[i])
			make_line(session, record, ids[i], &lines[nr_lines++]);
		else
			session->no_flow[record->direction % SIFTR_DIRECTIONS]++;
		if (nr_lines == SESSION_LINES) {
			session__write_lines(session, lines, nr_lines);
			nr_lines = 0;
		}
	}
	session__write_lines(session, lines, nr_lines);
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
		session->after_end[records[i]->direction % SIFTR_DIRECTIONS] +=
			records[i]->kind == SIFTR_KIND_LINE;
}

static __u64 lines_lost(const struct session *session)
{
	__u64 lost[SIFTR_DIRECTIONS];

	writer__lost_lines(session->writer, lost);
	return lost[SIFTR_IN] + lost[SIFTR_OUT];
}

static void tell_trouble(const struct session *session)
{
	if (writer__is_at_min_free(session->writer))
		report_message("less space than --min-free is left for %s: lines are lost, and "
			       "counted, until there is more",
			       session->output);
	else
		report_error(session->trouble.now,
			     "write %s: lines are lost, and counted, until it can be "
			     "written again",
			     session->output);
}

/* A failing device may come and go: it is complained of once a minute. */
static int worth_telling(struct session_trouble *trouble, __u64 now_ns)
{
	if (preallocate__is_short(trouble->now))
		return 1;
	if (trouble->told_ns && now_ns - trouble->told_ns < REPEAT_NS)
		return 0;
	trouble->told_ns = now_ns;
	return 1;
}

static void note_trouble(struct session *session, int now, __u64 now_ns)
{
	struct session_trouble *trouble = &session->trouble;
	int told = trouble->told;

	if (now == trouble->now)
		return;
	trouble->now = now;
	trouble->told = now && now != -EPIPE && worth_telling(trouble, now_ns);
	if (now == -EPIPE)
		session->reader_left = 1;
	else if (trouble->told)
		tell_trouble(session);
	else if (!now && told)
		report_notice("writing %s again; %llu line%s lost", session->output,
			      lines_lost(session), lines_lost(session) == 1 ? " was" : "s were");
}

void session__flush_now(struct session *session)
{
	__u64 now_ns = clock__monotonic_ns();

	note_trouble(session, writer__flush(session->writer), now_ns);
	session->trouble.retry_ns = now_ns + RETRY_NS;
}

/* A pipe in trouble has a reader to wait for, and knows how long. */
void session__flush(struct session *session)
{
	session__look_at_file(session);
	if (!writer__trouble(session->writer) ||
	    writer__trouble(session->writer) != session->trouble.now ||
	    !writer__is_file(session->writer) || clock__monotonic_ns() >= session->trouble.retry_ns)
		session__flush_now(session);
	if (session->file.waiting && !writer__trouble(session->writer))
		session__try_to_begin(session);
	if (session->file.finish_ns && clock__monotonic_ns() >= session->file.finish_ns)
		session__finish_old_file(session);
	if (session->file.next_wanted && clock__monotonic_ns() >= session->file.retry_ns)
		session__rotate(session, session->last_ns);
}

__u64 session__retry_ns(const struct session *session)
{
	__u64 at_ns = session->file.next_wanted ? session->file.retry_ns : ~0ULL;

	if (session->trouble.now && session->trouble.retry_ns < at_ns)
		at_ns = session->trouble.retry_ns;
	if (session->file.finish_ns && session->file.finish_ns < at_ns)
		at_ns = session->file.finish_ns;
	return at_ns;
}

int session__is_over(const struct session *session)
{
	return session->reader_left || lines_logged(session) >= session->lines_wanted;
}

void session__read_books(const struct session *session, struct accounting *books)
{
	__u64 lost[SIFTR_DIRECTIONS];

	memset(books, 0, sizeof(*books));
	session->read_counters(session->tracer, &books->kernel);
	writer__lost_lines(session->writer, lost);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		books->lines[direction] =
			session->lines[direction] - lost[direction] - session->lost_log[direction];
		books->lost_log[direction] = session->lost_log[direction];
		books->lost_output[direction] = lost[direction] + session->no_flow[direction];
		books->after_end[direction] = session->after_end[direction];
	}
	books->flows = flows__count(session->flows);
}

__u64 session__records_counted(const struct siftr_counters *counters)
{
	__u64 records = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		records += counters->of[direction][SIFTR_RECORDS] +
			   counters->of[direction][SIFTR_FLOWS];
	return records;
}
