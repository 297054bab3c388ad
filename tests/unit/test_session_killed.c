// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sessions killed by SIGKILL at any point of their work: after a repair each file is a good log,
 * and the footer of the last one has the counts of the checkpoint.
 */
#include <signal.h>
#include <unistd.h>

#include "../lib/killed_session.h"
#include "../lib/random_numbers.h"

enum deadline {
	AFTER_CHECKPOINT,
	AFTER_FLUSH,
	AFTER_PACKETS,
	WITHIN_LINES,
	AFTER_ROTATION,
};

static void die(enum deadline now, enum deadline deadline)
{
	if (now == deadline)
		raise(SIGKILL);
}

static void work(struct session *session, int round, enum deadline deadline)
{
	for (int i = 0; i < 40; i++)
		send_packet(50);
	child_report->counted = kernel_counters;
	die(AFTER_PACKETS, deadline);
	drain_packets(session, (size_t)round % 5);
	die(AFTER_FLUSH, deadline);
	child_report->at_checkpoint = kernel_counters;
	log_file__checkpoint(&session->file);
	die(AFTER_CHECKPOINT, deadline);
}

static void rotate(struct session *session)
{
	assert_int_equal(rename(scratch_log, file_of_run(++child_report->files)), 0);
	session__rotate(session, session->last_ns);
	child_report->at_other_file = kernel_counters;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		child_report->at_other_file.of[direction][SIFTR_RECORDS] =
			session->counts.lines[direction];
}

/* Logs until it is killed; never returns. */
static void live_for(int rounds, enum deadline deadline)
{
	const struct options options = {.output = scratch_log};
	struct session session;

	if (begin_run(&session, &options))
		_exit(1);
	for (int round = 0; round < rounds; round++) {
		work(&session, round, -1);
		if (round % 7 == 6) {
			rotate(&session);
			die(AFTER_ROTATION, round + 7 >= rounds ? deadline : (enum deadline) - 1);
		}
	}
	if (deadline == WITHIN_LINES) {
		writer__commit(session.output.writer,
			       writer__reserve(session.output.writer, 64) + 64);
		raise(SIGKILL);
	}
	work(&session, rounds, deadline);
	_exit(1);
}

static void live_and_die(int rounds, enum deadline deadline)
{
	pid_t child = fork_session();

	if (child == 0)
		live_for(rounds, deadline);
	expect_killed(child);
}

static void judge_files(void)
{
	struct findings_of_log found = check_log(scratch_log);

	assert_int_equal(found.defects, 0);
	assert_int_equal(found.runs, 1);
	for (__u64 file = 1; file <= child_report->files; file++)
		assert_int_equal(check_log(file_of_run(file)).defects, 0);
}

static void whenever_it_is_killed_every_file_is_complete_after_a_repair(void **state)
{
	(void)state;
	for (int rounds = 0; rounds < 30; rounds += (int)case_step(30, 5)) {
		for (int deadline = AFTER_CHECKPOINT; deadline <= AFTER_ROTATION; deadline++) {
			__u64 before, total;

			if (deadline == AFTER_ROTATION && rounds < 7)
				continue;
			live_and_die(rounds, deadline);
			assert_int_equal(count_checkpoints(), 1);
			assert_int_equal(repair(scratch_log), 0);
			assert_int_equal(count_checkpoints(), 0);
			judge_files();
			before = sum_of_footer(&child_report->at_other_file);
			total = footer_total(scratch_log);
			assert_true(total <= sum_of_footer(&child_report->counted) - before);
			if (deadline != AFTER_ROTATION)
				assert_true(total >=
					    sum_of_footer(&child_report->at_checkpoint) - before);
			if (deadline == AFTER_CHECKPOINT)
				assert_int_equal(total,
						 sum_of_footer(&child_report->counted) - before);
			unlink(scratch_log);
		}
	}
}

static void a_complete_run_leaves_no_checkpoint(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	memset(child_report, 0, sizeof(*child_report));
	assert_int_equal(begin_run(&session, &options), 0);
	assert_int_equal(count_checkpoints(), 1);
	for (int round = 0; round < 10; round++) {
		work(&session, round, -1);
		if (round % 3 == 2)
			rotate(&session);
		assert_int_equal(count_checkpoints(), 1);
	}
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(count_checkpoints(), 0);
	judge_files();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whenever_it_is_killed_every_file_is_complete_after_a_repair),
		cmocka_unit_test(a_complete_run_leaves_no_checkpoint),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_scratch_and_report, remove_all_scratch);
}
