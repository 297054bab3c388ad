// SPDX-License-Identifier: BSD-2-Clause
/*
 * Between the rings and the session: records go into the flight recorder, and what comes out of it
 * becomes lines. The lines of one flow are in the order of their times; those of several are not,
 * as a flow's history is older than what the others have had logged. Only flows with lines are in
 * the flow list, and nothing is written while no flow has a trigger.
 */
#include "commands/recorded_lines.h"

#include <string.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "convert/flow_list.h"

/* How often flows are forgotten that have had no packet for a while, if there are many. */
#define FORGET_NS (60 * NSEC_PER_SEC)

/* Lines that are written together. */
struct batch {
	struct row rows[SESSION_ROWS];
	struct row_fields fields[SESSION_ROWS];
	struct siftr_flow_key keys[SESSION_ROWS];
	size_t count;
};

static void write_batch(struct session *session, struct batch *batch)
{
	if (session__has_space(session, batch->count)) {
		session__write_rows(session, batch->rows, batch->count);
	} else {
		for (size_t i = 0; i < batch->count; i++) {
			session->counts.lines[batch->rows[i].direction]++;
			writer__count_lost(session->output.writer, batch->rows[i].direction);
		}
	}
	batch->count = 0;
}

static void set_marks(struct row_fields *fields, const struct recorder_line *line)
{
	row_fields__set(fields, SIFTR_FIELD_episode, line->episode);
	if (line->fired)
		row_fields__set_text(fields, SIFTR_FIELD_trigger,
				     trigger_names__first(line->fired));
}

/* Adds the line of a flow to the batch; its flow enters the flow list of this file. */
static void add_line(struct session *session, struct batch *batch, const struct siftr_flow_key *key,
		     const struct recorder_line *line)
{
	const struct flow flow = {.key = *key, .id = flows__id(session->flows, key)};
	const struct packet packet = {line->record, &flow,
				      wall_clock__time(&session->wall, line->record->time_ns)};
	struct row *row = &batch->rows[batch->count];
	struct row_fields *fields = &batch->fields[batch->count];

	if (!flow.id) {
		session->counts.no_flow[line->record->direction]++;
		return;
	}
	if (!session->file.first_ns)
		session->file.first_ns = line->record->time_ns;
	batch->keys[batch->count] = *key;
	row_fields__clear(fields);
	record_rows__make(&session->rows, &packet, row, fields);
	row->flow = &batch->keys[batch->count];
	row->fields = fields;
	set_marks(fields, line);
	if (++batch->count == SESSION_ROWS)
		write_batch(session, batch);
}

/* Whether --count allows a line beside those of the batch. */
static bool is_wanted(const struct session *session, const struct batch *batch)
{
	return run_counts__lines(&session->counts) + batch->count < session->lines_wanted;
}

/*
 * All lines of a batch go into one file: another begins, if need be, before the first of them. The
 * flows of the lines are in the list when session__has_space() is asked, which reckons with as many
 * again. The first line may be older than the packet at which the file begins.
 */
static bool rotate_if_full(struct session *session, const struct batch *batch,
			   const struct recorder_line *first)
{
	if (batch->count || session->rotation.next_wanted ||
	    !log_file__is_full(&session->file, 2 * SESSION_ROWS))
		return false;
	if (session->format->time_from_begin)
		session->file.oldest_ns = first->record->time_ns;
	session__rotate(session, session->last_ns);
	session->file.oldest_ns = 0;
	return true;
}

/* The time of the oldest record that may have a line now. */
static __u64 oldest_ns(const struct session *session)
{
	const struct log_file *file = &session->file;

	if (session->format->first_is_oldest && file->first_ns)
		return file->first_ns;
	return session->format->time_from_begin ? file->begin_ns : 0;
}

/*
 * Takes the lines that the recorder returns for a flow. Returns whether another file has begun,
 * which may move the table of flows.
 */
static bool take_lines(struct session *session, struct batch *batch,
		       const struct siftr_flow_key *key)
{
	struct recorder_line line;
	bool rotated = false;

	while (recorder__next(session->recording.recorder, oldest_ns(session), &line)) {
		if (is_wanted(session, batch)) {
			rotated |= rotate_if_full(session, batch, &line);
			add_line(session, batch, key, &line);
		} else {
			session->counts.after_end[line.record->direction]++;
		}
	}
	return rotated;
}

static bool record_one(struct session *session, struct batch *batch,
		       const struct siftr_record *record, const struct flow *flow)
{
	const struct siftr_flow_key key = flow->key;

	recorder__add(session->recording.recorder, record, flow->id, &key);
	return take_lines(session, batch, &key);
}

static void prefetch(const struct session *session, const struct flow *const found[], size_t count)
{
	__u32 flowids[FLOWS_BATCH];
	size_t nr_flows = 0;

	for (size_t i = 0; i < count; i++)
		if (found[i])
			flowids[nr_flows++] = found[i]->id;
	recorder__prefetch(session->recording.recorder, flowids, nr_flows);
}

static void record_batch(struct session *session, struct batch *batch,
			 const struct siftr_record *const records[], size_t count)
{
	const struct flow *found[FLOWS_BATCH];

	flows__announce(session->flows, records, count);
	flows__look_up(session->flows, records, count, found);
	prefetch(session, found, count);
	for (size_t i = 0; i < count; i++) {
		const struct siftr_record *record = records[i];

		if (record->kind != SIFTR_KIND_LINE)
			continue;
		if (found[i])
			flow__count((struct flow *)found[i], record, found[i]->listed);
		if (!is_wanted(session, batch))
			session->counts.after_end[record->direction]++;
		else if (!found[i])
			session->counts.no_flow[record->direction]++;
		else if (record_one(session, batch, record, found[i]))
			flows__look_up(session->flows, records, count, found);
		session->last_ns = record->time_ns;
	}
}

/*
 * Forgets flows that are idle, so that a run for months does not keep all that it has seen. Those
 * that the recorder watches have copies there.
 */
static void forget_idle_flows(struct session *session)
{
	if (session->last_ns < session->recording.forget_ns || !flow_list__has_idle(session->flows))
		return;
	session->rotation.next_file(session->tracer);
	flow_list__forget_idle(session->flows, session->last_ns, clock__monotonic_ns());
	session->recording.forget_ns = session->last_ns + FORGET_NS;
}

void recorded_lines__log(struct session *session, const struct siftr_record *const records[],
			 size_t count)
{
	struct batch batch;

	if (!session->recording.recorder) {
		session__log(session, records, count);
		return;
	}
	batch.count = 0;
	while (count) {
		size_t some = count < FLOWS_BATCH ? count : FLOWS_BATCH;

		record_batch(session, &batch, records, some);
		records += some;
		count -= some;
	}
	if (batch.count)
		write_batch(session, &batch);
	forget_idle_flows(session);
}

void recorded_lines__fire(struct session *session, const struct flow *flow, __u64 now_ns)
{
	const struct siftr_flow_key key = flow->key;
	struct batch batch;

	batch.count = 0;
	recorder__fire(session->recording.recorder, flow->id, &key, now_ns);
	take_lines(session, &batch, &key);
	if (batch.count)
		write_batch(session, &batch);
}
