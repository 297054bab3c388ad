// SPDX-License-Identifier: BSD-2-Clause
/* Where lines have weights, the packets after a flow's last line become a line of their own. */
#include <stdlib.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "capture/clock.h"
#include "commands/last_lines.h"
#include "convert/flow_list.h"

#include "../lib/numbered_key.h"
#include "../lib/synthetic_run.h"
#include "../lib/test.h"

#define FLOWS 3

static struct options csv_of_every_second_packet(void)
{
	return (struct options){
		.output = scratch_log, .format = FORMAT_csv, .ppl = 2, .ppl_given = true};
}

/* Logs the last line of a flow as the BPF programs submit it. */
static void end_flow(struct session *session, __u32 flow, __u32 weight)
{
	struct {
		struct siftr_record record;
		struct siftr_sample_group block;
	} one = {
		.record = {.time_ns = clock__monotonic_ns(),
			   .flow = flow,
			   .direction = SIFTR_IN,
			   .kind = SIFTR_KIND_REST},
		.block = {.weight = weight, .ppl = 2},
	};
	const struct siftr_record *record = &one.record;

	assert_int_equal(session->rows.sample_offset, offsetof(typeof(one), block));
	session__log(session, &record, 1);
}

static void begin_with_flows(struct session *session)
{
	const struct options options = csv_of_every_second_packet();

	assert_int_equal(begin_run(session, &options), 0);
	session->ppl = 2;
	for (__u32 flow = 1; flow <= FLOWS; flow++) {
		struct siftr_flow_key key = key_number(flow);

		announce(session->flows, flow, &key);
	}
}

static void open_flows_get_a_last_line_and_ended_ones_no_second(void **state)
{
	static const struct siftr_rest open[] = {{.flow = 0, .weight = 5, .direction = SIFTR_IN},
						 {.flow = 1, .weight = 7, .direction = SIFTR_OUT},
						 {.flow = 2, .weight = 4, .direction = SIFTR_IN},
						 {.flow = 3, .weight = 1, .direction = SIFTR_OUT}};
	struct accounting accounting;
	struct session session;

	(void)state;
	begin_with_flows(&session);
	session.rests.list = malloc(sizeof(open));
	assert_non_null(session.rests.list);
	memcpy(session.rests.list, open, sizeof(open));
	session.rests.count = ARRAY_SIZE(open);
	end_flow(&session, 2, 4);
	last_lines__log(&session, clock__monotonic_ns());
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_int_equal(accounting.rests[SIFTR_IN], 1);
	assert_int_equal(accounting.rests[SIFTR_OUT], 2);
	assert_int_equal(accounting.kernel.of[SIFTR_IN][SIFTR_LOST_WEIGHT], 5);
	assert_int_equal(count_in(scratch_log, ",flowtype,weight\n"), 1);
	assert_int_equal(count_in(scratch_log, ",191,7\n"), 1);
	assert_int_equal(count_in(scratch_log, ",191,4\n"), 1);
	assert_int_equal(count_in(scratch_log, ",191,1\n"), 1);
	/* All other values are absent. */
	assert_int_equal(count_in(scratch_log, ",,,,,,,,,,,,,,,,,,,,"), 3);
	assert_int_equal(count_in(scratch_log, "\n"), 4);
}

/* A flow that ends some files after its last packet is still known. */
static void a_last_line_may_come_in_a_later_file(void **state)
{
	struct accounting accounting;
	struct session session;

	(void)state;
	begin_with_flows(&session);
	for (__u64 file = 1; file < 6; file++)
		flow_list__next_interval(session.flows, file * 10 * NSEC_PER_SEC,
					 file * 10 * NSEC_PER_SEC);
	end_flow(&session, 3, 8);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(accounting__lost(&accounting), 0);
	assert_int_equal(count_in(scratch_log, ",191,8\n"), 1);
}

/* --count is not exceeded. */
static void no_last_line_follows_the_last_line_asked_for(void **state)
{
	struct accounting accounting;
	struct session session;

	(void)state;
	begin_with_flows(&session);
	session.lines_wanted = 1;
	session.rests.list = calloc(2, sizeof(*session.rests.list));
	assert_non_null(session.rests.list);
	session.rests.list[0] = (struct siftr_rest){.flow = 1, .weight = 7, .direction = SIFTR_OUT};
	session.rests.list[1] = (struct siftr_rest){.flow = 2, .weight = 9, .direction = SIFTR_OUT};
	session.rests.count = 2;
	last_lines__log(&session, clock__monotonic_ns());
	end_flow(&session, 3, 1);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_int_equal(count_in(scratch_log, "\n"), 2);
	assert_int_equal(accounting.after_end[SIFTR_IN], 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_scratch, remove_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_flows_get_a_last_line_and_ended_ones_no_second),
		TEST(a_last_line_may_come_in_a_later_file),
		TEST(no_last_line_follows_the_last_line_asked_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
