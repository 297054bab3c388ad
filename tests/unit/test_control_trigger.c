// SPDX-License-Identifier: BSD-2-Clause
/* The flight recorder, fired by a client of the control socket: for which flows, and its lines. */
#include <string.h>

#include "commands/control_trigger.h"
#include "commands/recorded_lines.h"

#include "../lib/findings.h"
#include "../lib/full_disk_run.h"
#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"

#define FLOWS	3
#define PACKETS 10

static struct run run;
static struct run_control control;
static struct client *const client = &control.clients.of[3];
static __u32 last_number;

static const struct options by_hand = {.output = scratch_log,
				       .format = FORMAT_csv,
				       .trigger = "ctl",
				       .before = "5",
				       .after = "2",
				       .recorder_bytes = 1 << 20};

static void send_to(__u32 flow)
{
	struct siftr_record record = idle_record();
	const struct siftr_record *records[] = {&record};
	const struct siftr_flow_key key = key_number(flow);

	announce(run.session.flows, ++last_number, &key);
	fake_ns += NSEC_PER_MSEC;
	record.time_ns = fake_ns;
	record.flow = last_number;
	kernel_counters.of[record.direction][SIFTR_RECORDS]++;
	recorded_lines__log(&run.session, records, 1);
	run.session.records++;
}

static void begin_recording(const struct options *options)
{
	memset(&run, 0, sizeof(run));
	memset(&control, 0, sizeof(control));
	last_number = 0;
	control.run = &run;
	assert_int_equal(begin_run(&run.session, options), 0);
	for (int i = 0; i < PACKETS; i++)
		for (__u32 flow = 1; flow <= FLOWS; flow++)
			send_to(flow);
}

/* The answer to `trigger WHAT`. */
static const char *trigger(const char *what)
{
	char line[256];
	struct words words;

	snprintf(line, sizeof(line), "trigger %s", what);
	assert_int_equal(words__split(line, &words), 0);
	client->out_end = 0;
	control_trigger__answer(&control, client, &words, false);
	for (int i = 0; client->more; i++) {
		assert_true(i < 10);
		client->more(client, &control);
	}
	client->out[client->out_end] = '\0';
	return client->out;
}

static void assert_end(__u64 lines, __u64 episodes)
{
	struct accounting accounting;

	assert_int_equal(end_run(&run.session, &accounting), 0);
	assert_int_equal(lines_of(&accounting), lines);
	assert_int_equal(accounting.recorder.episodes, episodes);
	assert_int_equal(accounting__unexplained(&accounting), 0);
}

static void a_flow_is_fired_by_its_addresses_alone(void **state)
{
	(void)state;
	begin_recording(&by_hand);
	assert_string_equal(trigger("10.0.0.1,443,172.16.0.0,2"), "fired 1\nok\n");
	assert_int_equal(run_counts__lines(&run.session.counts), 5);
	for (int i = 0; i < PACKETS; i++)
		send_to(1 + (__u32)i % FLOWS);
	assert_end(7, 1);
}

static void a_flow_is_fired_by_its_id(void **state)
{
	const struct siftr_flow_key key = key_number(3);
	char id[16];

	(void)state;
	begin_recording(&by_hand);
	snprintf(id, sizeof(id), "%u", flows__id(run.session.flows, &key));
	assert_string_equal(trigger(id), "fired 1\nok\n");
	snprintf(id, sizeof(id), "0x%x", flows__id(run.session.flows, &key));
	assert_string_equal(trigger(id), "fired 1\nok\n");
	assert_end(5, 1);
}

static void all_flows_are_fired_at_once(void **state)
{
	(void)state;
	begin_recording(&by_hand);
	assert_string_equal(trigger("all"), "fired 3\nok\n");
	assert_end(5 * FLOWS, FLOWS);
}

static void what_names_no_flow_is_refused(void **state)
{
	static const char *const wrong[] = {"",
					    "x",
					    "0",
					    "-1",
					    "4294967296",
					    "10.0.0.1,443,172.16.0.0",
					    "10.0.0.1,443,172.16.0.0,2,3",
					    "10.0.0.1,443,fd00::1,2",
					    "10.0.0.1/8,443,172.16.0.0,2",
					    "10.0.0.1,443,172.16.0.0,65536",
					    ",,,",
					    "all all"};

	(void)state;
	begin_recording(&by_hand);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_string_equal(
			trigger(wrong[i]),
			"error trigger takes all, a flowid, or LADDR,LPORT,FADDR,FPORT\n");
	assert_string_equal(trigger("10.0.0.1,443,172.16.0.0,9"),
			    "error the run knows no such flow; the request flows lists them\n");
	assert_end(0, 0);
}

static void without_a_recorder_it_is_refused(void **state)
{
	struct options options = by_hand;

	(void)state;
	options.trigger = NULL;
	begin_recording(&options);
	assert_non_null(strstr(trigger("all"), "error the run has no flight recorder: run with "));
	assert_end(FLOWS * PACKETS, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_flow_is_fired_by_its_addresses_alone),
		FULL_DISK_TEST(a_flow_is_fired_by_its_id),
		FULL_DISK_TEST(all_flows_are_fired_at_once),
		FULL_DISK_TEST(what_names_no_flow_is_refused),
		FULL_DISK_TEST(without_a_recorder_it_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control_trigger", tests, NULL, NULL);
}
