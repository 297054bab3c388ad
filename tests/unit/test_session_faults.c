// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run with two rotations, once for every call it makes and everything that call can
 * do wrong: what is left are whole logs, and every packet is in one of them or counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/faulty_calls.h"
#include "../lib/synthetic_run.h"

#define ROUNDS		12
#define ROUND_NS	300000000ULL
#define PACKETS_A_ROUND 40

static const char *const files[] = {".4", ".8", ""};

/* As logrotate does it: rename, then ask for another file. */
static void rotate(struct session *session, const char *suffix)
{
	char old[160];

	snprintf(old, sizeof(old), "%s%s", scratch_log, suffix);
	syscall(SYS_renameat, AT_FDCWD, scratch_log, AT_FDCWD, old);
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

/* The exit code; -1 where it could not even begin. */
static int play(struct accounting *books)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	int status;

	status = begin_run(&session, &options);
	if (status) {
		session__close(&session, &status);
		return -1;
	}
	play_rounds(&session);
	return end_run(&session, books);
}

static void arm(int of, int first, int last, int error)
{
	memset(&faults, 0, sizeof(faults));
	faults.of = of;
	faults.first = first;
	faults.last = last;
	faults.error = error;
	faults.on = true;
}

static void clear_files(void)
{
	faults.on = false;
	for (size_t i = 0; i < 3; i++)
		unlink(scratch_file(files[i]));
}

/* How many calls a run makes when all goes well. */
static int calls_of_a_run(int of)
{
	struct accounting books;

	arm(of, 0, -1, 0);
	assert_int_equal(play(&books), 0);
	clear_files();
	assert_true(faults.calls > 2);
	return faults.calls;
}

/* Whole lines in every file, none twice, and all records in a file or in a count. */
static void assert_nothing_lost_unnoticed(const struct accounting *books)
{
	__u64 lines = 0, told = books->lines[SIFTR_IN] + books->lines[SIFTR_OUT];
	double newest = 0;

	for (size_t i = 0; i < 3; i++)
		if (scratch_exists(files[i]))
			lines += count_complete_lines(scratch_file(files[i]), &newest);
	assert_int_equal(lines, told);
	assert_int_equal(accounting__unexplained(books), 0);
}

/* A file that could be made but not opened is no log yet. */
static void assert_whole_logs(void)
{
	struct stat status;

	for (size_t i = 0; i < 3; i++)
		if (stat(scratch_file(files[i]), &status) == 0 && status.st_size)
			assert_int_equal(check_log(scratch_file(files[i])).defects, 0);
}

static void each_file_has_the_counts_of_its_own_time(void **state)
{
	struct accounting books;
	__u64 lines = 0;

	(void)state;
	assert_int_equal(play(&books), 0);
	for (size_t i = 0; i < 3; i++) {
		struct findings_of_log found = check_log(scratch_file(files[i]));

		assert_int_equal(found.defects, 0);
		assert_int_equal(found.runs, 1);
		assert_in_range(found.lines, 80, 250);
		lines += found.lines;
	}
	assert_int_equal(lines, books.kernel.of[SIFTR_IN][SIFTR_RECORDS] +
					books.kernel.of[SIFTR_OUT][SIFTR_RECORDS]);
	assert_nothing_lost_unnoticed(&books);
	clear_files();
}

/* A fault that passes costs lines at most: every file gets its footer, or nothing at all. */
static void one_fault_at_any_call_leaves_whole_logs(void **state)
{
	static const int errors[] = {0,	    EINTR, EAGAIN, ENOSPC, EDQUOT,
				     EFBIG, EIO,   EROFS,  EMFILE, EACCES};
	int calls = calls_of_a_run(CALL_ANY), played = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		for (int call = 1; call <= calls; call++) {
			struct accounting books;

			arm(CALL_ANY, call, call, errors[i]);
			if (play(&books) >= 0) {
				assert_int_equal(faults.happened, 1);
				assert_nothing_lost_unnoticed(&books);
				played++;
			}
			faults.on = false;
			assert_whole_logs();
			clear_files();
		}
	/* The others could not even begin. */
	assert_true(played > 8 * calls);
}

static void short_writes_and_interruptions_change_nothing(void **state)
{
	static const int errors[] = {0, EINTR, EAGAIN};
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (int call = 1; call <= calls; call++) {
			struct accounting books;

			arm(CALL_WRITE, call, call + 2, errors[i]);
			assert_int_equal(play(&books), 0);
			faults.on = false;
			assert_nothing_lost_unnoticed(&books);
			assert_whole_logs();
			assert_int_equal(books.lost_output[0] + books.lost_output[1], 0);
			clear_files();
		}
}

/* Half of what was written is there when the device fails: it is taken back. */
static void a_write_torn_by_an_error_is_taken_back(void **state)
{
	static const int errors[] = {ENOSPC, EDQUOT, EFBIG, EIO, EROFS};
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (int call = 2; call <= calls; call++) {
			struct accounting books;

			arm(CALL_WRITE, call, call + 1, errors[i]);
			faults.short_first = true;
			assert_in_range(play(&books), 0, 1);
			assert_int_equal(faults.happened, 2);
			faults.on = false;
			assert_nothing_lost_unnoticed(&books);
			assert_whole_logs();
			clear_files();
		}
}

/* A device that fails for a while, from any write on. */
static void a_device_that_comes_back_is_written_again(void **state)
{
	static const int errors[] = {ENOSPC, EDQUOT, EFBIG, EIO, EROFS};
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (int call = 2; call < calls - 8; call++) {
			struct accounting books;
			int status;

			arm(CALL_WRITE, call, call + 3, errors[i]);
			status = play(&books);
			assert_int_equal(status, 1);
			faults.on = false;
			assert_nothing_lost_unnoticed(&books);
			assert_true(books.lost_output[0] + books.lost_output[1] > 0);
			assert_int_equal(check_log(scratch_log).defects, 0);
			clear_files();
		}
}

static void a_device_that_fails_for_good_leaves_whole_lines(void **state)
{
	int calls = calls_of_a_run(CALL_WRITE);

	(void)state;
	for (int call = 2; call <= calls; call++) {
		struct accounting books;

		arm(CALL_WRITE, call, 1 << 30, EIO);
		assert_int_equal(play(&books), 1);
		faults.on = false;
		assert_nothing_lost_unnoticed(&books);
		clear_files();
	}
}

/* What is in the files whatever the moment: whole lines, and one torn end at most. */
static void assert_killed_logs(void)
{
	int torn = 0;

	for (size_t i = 0; i < 3; i++) {
		char line[65536];
		FILE *file = scratch_exists(files[i]) ? fopen(scratch_file(files[i]), "r") : NULL;

		while (file && fgets(line, sizeof(line), file))
			torn += !strchr(line, '\n');
		if (file)
			fclose(file);
	}
	assert_in_range(torn, 0, 1);
}

static void a_run_killed_at_any_call_leaves_one_torn_line_at_most(void **state)
{
	int calls = calls_of_a_run(CALL_ANY);

	(void)state;
	fflush(stdout);
	for (int call = 1; call <= calls; call++) {
		struct accounting books;
		pid_t child;
		int status;

		arm(CALL_ANY, call, call, 0);
		faults.kill = true;
		child = fork();
		if (child == 0)
			_exit(play(&books) >= 0 ? 0 : 1);
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
		SCRATCH_TEST(one_fault_at_any_call_leaves_whole_logs),
		SCRATCH_TEST(short_writes_and_interruptions_change_nothing),
		SCRATCH_TEST(a_write_torn_by_an_error_is_taken_back),
		SCRATCH_TEST(a_device_that_comes_back_is_written_again),
		SCRATCH_TEST(a_device_that_fails_for_good_leaves_whole_lines),
		SCRATCH_TEST(a_run_killed_at_any_call_leaves_one_torn_line_at_most),
	};

	/* What the runs say is for people. */
	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
