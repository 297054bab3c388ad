// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run with two rotations, repeated for each of its calls and each way in which that call can
 * fail: complete logs are left, and every packet is in one of them or counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "../lib/faulty_calls.h"
#include "../lib/random_numbers.h"
#include "../lib/synthetic_run.h"

#define ROUNDS		12
#define ROUND_NS	(300 * NSEC_PER_MSEC)
#define PACKETS_A_ROUND 40

static const char *const files[] = {".4", ".8", ""};
static const int device_errors[] = {ENOSPC, EDQUOT, EFBIG, EIO, EROFS};

/* Rotates as logrotate does: renames the log, then asks for a new file. */
static void rotate(struct session *session, const char *suffix)
{
	syscall(SYS_renameat, AT_FDCWD, scratch_log, AT_FDCWD, scratch_file(suffix));
	session__rotate(session, session->last_ns);
}

static void play_rounds(struct session *session)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < PACKETS_A_ROUND; i++)
			send_packet(50);
		drain_packets(session, 5);
		fake_ns += ROUND_NS;
		if (round == 4)
			rotate(session, ".4");
		if (round == 8)
			rotate(session, ".8");
	}
}

/* Plays the run. Returns its exit code; -1 if it could not begin. */
static int play(struct accounting *accounting)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	int status = begin_run(&session, &options);

	if (status) {
		session__close(&session, &status);
		return -1;
	}
	play_rounds(&session);
	return end_run(&session, accounting);
}

static void clear_files(void)
{
	faults.on = false;
	for (size_t i = 0; i < 3; i++)
		unlink(scratch_file(files[i]));
}

/* The number of calls of a run without faults. */
static int calls_of_a_run(int of)
{
	struct accounting accounting;

	arm_faults(of, 0, -1, 0);
	assert_int_equal(play(&accounting), 0);
	clear_files();
	assert_true(faults.calls > 2);
	return faults.calls;
}

static int call_step(int calls)
{
	return (int)case_step((size_t)calls, 10);
}

/*
 * Asserts that all lines are complete, none is there twice, and all records have one or are counted
 * as lost.
 */
static void assert_nothing_lost_unnoticed(const struct accounting *accounting)
{
	__u64 lines = 0, reported = accounting->lines[SIFTR_IN] + accounting->lines[SIFTR_OUT];
	double newest = 0;

	for (size_t i = 0; i < 3; i++)
		if (scratch_exists(files[i]))
			lines += count_complete_lines(scratch_file(files[i]), &newest);
	assert_int_equal(lines, reported);
	assert_int_equal(accounting__unexplained(accounting), 0);
}

/* Plays a run with the faults that are armed, and disarms them. Returns the exit status. */
static int play_with_faults(struct accounting *accounting)
{
	int status = play(accounting);

	faults.on = false;
	assert_nothing_lost_unnoticed(accounting);
	return status;
}

/*
 * Asserts that all files are logs without defects, except empty ones: a file that was created but
 * not opened is no log yet.
 */
static void assert_complete_logs(void)
{
	struct stat status;

	for (size_t i = 0; i < 3; i++)
		if (stat(scratch_file(files[i]), &status) == 0 && status.st_size)
			assert_int_equal(check_log(scratch_file(files[i])).defects, 0);
}

static void each_file_has_the_counts_of_its_own_time(void **state)
{
	struct accounting accounting;
	__u64 lines = 0;

	(void)state;
	assert_int_equal(play(&accounting), 0);
	for (size_t i = 0; i < 3; i++) {
		struct findings_of_log found = check_log(scratch_file(files[i]));

		assert_int_equal(found.defects, 0);
		assert_int_equal(found.runs, 1);
		assert_in_range(found.lines, 80, 250);
		lines += found.lines;
	}
	assert_int_equal(lines, accounting.kernel.of[SIFTR_IN][SIFTR_RECORDS] +
					accounting.kernel.of[SIFTR_OUT][SIFTR_RECORDS]);
	assert_nothing_lost_unnoticed(&accounting);
	clear_files();
}

/* A transient fault costs lines at most: every file gets its footer, or stays empty. */
static void one_fault_at_any_call_leaves_complete_logs(void **state)
{
	static const int errors[] = {0,	    EINTR, EAGAIN, ENOSPC, EDQUOT,
				     EFBIG, EIO,   EROFS,  EMFILE, EACCES};
	int calls = calls_of_a_run(CALL_ANY), played = 0, tried = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		for (int call = 1; call <= calls; call += call_step(calls), tried++) {
			struct accounting accounting;

			arm_faults(CALL_ANY, call, call, errors[i]);
			if (play(&accounting) >= 0) {
				assert_int_equal(faults.happened, 1);
				assert_nothing_lost_unnoticed(&accounting);
				played++;
			}
			faults.on = false;
			assert_complete_logs();
			clear_files();
		}
	/* Runs that were not played could not begin. */
	assert_true(10 * played > 8 * tried);
}

static void short_writes_and_interruptions_change_nothing(void **state)
{
	static const int errors[] = {0, EINTR, EAGAIN};
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (int call = 1; call <= calls; call += call_step(calls)) {
			struct accounting accounting;

			arm_faults(CALL_WRITE, call, call + 2, errors[i]);
			assert_int_equal(play_with_faults(&accounting), 0);
			assert_complete_logs();
			assert_int_equal(accounting.lost_output[0] + accounting.lost_output[1], 0);
			clear_files();
		}
}

/* The device fails after half a write, which is then cut off. */
static void a_short_write_before_an_error_is_cut_off(void **state)
{
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(device_errors); i++)
		for (int call = 2; call <= calls; call += call_step(calls)) {
			struct accounting accounting;

			arm_faults(CALL_WRITE, call, call + 1, device_errors[i]);
			faults.short_first = true;
			assert_in_range(play_with_faults(&accounting), 0, 1);
			assert_int_equal(faults.happened, 2);
			assert_complete_logs();
			clear_files();
		}
}

/* A device that fails for a while, from any write on, and then works again. */
static void a_device_that_comes_back_is_written_again(void **state)
{
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(device_errors); i++)
		for (int call = 2; call < calls - 8; call += call_step(calls)) {
			struct accounting accounting;

			arm_faults(CALL_WRITE, call, call + 3, device_errors[i]);
			assert_int_equal(play_with_faults(&accounting), 1);
			assert_true(accounting.lost_output[0] + accounting.lost_output[1] > 0);
			assert_int_equal(check_log(scratch_log).defects, 0);
			clear_files();
		}
}

static void a_device_that_fails_for_good_leaves_complete_lines(void **state)
{
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (int call = 2; call <= calls; call += call_step(calls)) {
		struct accounting accounting;

		arm_faults(CALL_WRITE, call, 1 << 30, EIO);
		assert_int_equal(play_with_faults(&accounting), 1);
		clear_files();
	}
}

/* Asserts that a killed run leaves complete lines and at most one truncated line. */
static void assert_killed_logs(void)
{
	int truncated = 0;

	for (size_t i = 0; i < 3; i++) {
		char line[65536];
		FILE *file = scratch_exists(files[i]) ? fopen(scratch_file(files[i]), "r") : NULL;

		while (file && fgets(line, sizeof(line), file))
			truncated += !strchr(line, '\n');
		if (file)
			fclose(file);
	}
	assert_in_range(truncated, 0, 1);
}

static void a_run_killed_at_any_call_leaves_one_truncated_line_at_most(void **state)
{
	int calls = calls_of_a_run(CALL_ANY);

	(void)state;
	fflush(stdout);
	for (int call = 1; call <= calls; call += call_step(calls)) {
		struct accounting accounting;
		pid_t child;
		int status;

		arm_faults(CALL_ANY, call, call, 0);
		faults.kill = true;
		child = fork();
		if (child == 0)
			_exit(play(&accounting) >= 0 ? 0 : 1);
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		faults.on = false;
		assert_killed_logs();
		clear_files();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(each_file_has_the_counts_of_its_own_time),
		SCRATCH_TEST(one_fault_at_any_call_leaves_complete_logs),
		SCRATCH_TEST(short_writes_and_interruptions_change_nothing),
		SCRATCH_TEST(a_short_write_before_an_error_is_cut_off),
		SCRATCH_TEST(a_device_that_comes_back_is_written_again),
		SCRATCH_TEST(a_device_that_fails_for_good_leaves_complete_lines),
		SCRATCH_TEST(a_run_killed_at_any_call_leaves_one_truncated_line_at_most),
	};

	/* The messages of the runs are not tested. */
	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
