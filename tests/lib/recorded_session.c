// SPDX-License-Identifier: BSD-2-Clause
#include "recorded_session.h"

#include <stdlib.h>
#include <string.h>

#include <siftr/time_units.h>

#include "commands/recorded_lines.h"

#include "idle_record.h"
#include "numbered_key.h"

/* A record with room for all groups, whose fields the tests do not read. */
static union {
	struct siftr_record record;
	char bytes[sizeof(struct siftr_record) + SIFTR_GROUPS_BYTES];
} packet;

/* The number under which a flow was announced last. */
static __u32 last_number;

/* The programs hand over no sent packets, as the format has no lines for them. */
static bool inbound_only;

const struct options recording_options = {.output = scratch_log,
					  .trigger = "recovery",
					  .before = "5",
					  .after = "3",
					  .recorder_bytes = 1 << 20};

void begin_recording(struct session *session, const struct options *options)
{
	memset(&faults, 0, sizeof(faults));
	memset(&disk, 0, sizeof(disk));
	memset(packet.bytes, 0, sizeof(packet.bytes));
	last_number = 0;
	inbound_only = formats[options->format]->inbound_only;
	assert_int_equal(begin_run(session, options), 0);
}

void send_to(struct session *session, __u32 flow, bool recovers)
{
	const struct siftr_record *records[] = {&packet.record};
	const struct siftr_flow_key key = key_number(flow);

	/* As after a rotation: each flow is announced anew, under another number. */
	announce(session->flows, ++last_number, &key);
	fake_ns += NSEC_PER_MSEC;
	packet.record = idle_record();
	packet.record.time_ns = fake_ns;
	packet.record.flow = last_number;
	packet.record.direction = inbound_only ? SIFTR_IN : fake_ns / NSEC_PER_MSEC & 1;
	packet.record.ca_state = recovers ? 3 : 0;
	kernel_counters.of[packet.record.direction][SIFTR_RECORDS]++;
	recorded_lines__log(session, records, 1);
	session->records++;
}

void send_to_all(struct session *session, __u32 first, __u32 count)
{
	static struct siftr_record sent[FLOWS_BATCH];
	const struct siftr_record *records[FLOWS_BATCH];

	for (__u32 i = 0; i < count; i++) {
		const struct siftr_flow_key key = key_number(first + i);

		announce(session->flows, ++last_number, &key);
		fake_ns += NSEC_PER_MSEC;
		sent[i] = idle_record();
		sent[i].time_ns = fake_ns;
		sent[i].flow = last_number;
		sent[i].ca_state = 3;
		kernel_counters.of[sent[i].direction][SIFTR_RECORDS]++;
		records[i] = &sent[i];
	}
	recorded_lines__log(session, records, count);
	session->records += count;
	session__flush(session);
}

void play_accident(struct session *session, int rounds, __u32 accident)
{
	for (int round = 1; round <= rounds; round++) {
		for (__u32 flow = 1; flow <= RECORDED_FLOWS; flow++)
			send_to(session, flow, flow == accident && round == rounds);
		session__flush(session);
		log_file__checkpoint(&session->file);
	}
}

void assert_recorder_balanced(const struct accounting *accounting, __u64 lines, __u64 episodes)
{
	__u64 records = accounting->kernel.of[SIFTR_IN][SIFTR_RECORDS] +
			accounting->kernel.of[SIFTR_OUT][SIFTR_RECORDS];

	assert_true(accounting->has_recorder);
	assert_int_equal(lines_of(accounting), lines);
	assert_int_equal(recorder_counts__held(&accounting->recorder, SIFTR_IN) +
				 recorder_counts__held(&accounting->recorder, SIFTR_OUT),
			 records - lines);
	assert_int_equal(accounting->recorder.episodes, episodes);
}

int count_text(const char *suffix, const char *text)
{
	size_t bytes;
	char *file = read_file(scratch_file(suffix), &bytes);
	int count = 0;

	for (const char *at = file; (at = strstr(at, text)); at += strlen(text))
		count++;
	free(file);
	return count;
}
