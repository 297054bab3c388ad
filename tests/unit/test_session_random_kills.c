// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sessions that write and rotate as fast as they can and are killed after a random time: a repair
 * makes every file a good log, and together they count at least as much as the last checkpoint and
 * at most as much as the kernel side.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/killed_session.h"
#include "../lib/random_numbers.h"

#define KILLS		500
#define SEED		20140917
#define LONGEST_US	6000
#define FILES_MAX	4096
#define WAITING		4 /* records that wait for the next round */
#define PACKETS_A_ROUND 40
#define ROUNDS_A_FILE	300

/* How often each kind of kill was seen. */
static struct {
	int no_log, no_checkpoint, rotated, truncated;
} cases;

/* Logs and rotates until it is killed; never returns. */
static void live(void)
{
	const struct options options = {.output = scratch_log};
	struct session session;

	if (begin_run(&session, &options))
		_exit(1);
	child_report->begun = 1;
	for (int round = 1; child_report->files < FILES_MAX; round++) {
		for (int i = 0; i < PACKETS_A_ROUND; i++)
			send_packet(50);
		child_report->counted = kernel_counters;
		drain_packets(&session, WAITING);
		log_file__checkpoint(&session.file);
		child_report->at_checkpoint = kernel_counters;
		if (round % ROUNDS_A_FILE)
			continue;
		rename(scratch_log, file_of_run(++child_report->files));
		session__rotate(&session, session.last_ns);
	}
	_exit(1);
}

/*
 * Kills the child after a delay. It begins at once if `condition` is NULL, else when *condition is
 * no longer 0: once the header is written, or the second file begins.
 */
static void kill_after(unsigned int delay_us, const __u64 *condition)
{
	pid_t child = fork_session();
	int status;

	if (child == 0)
		live();
	while (condition && !__atomic_load_n(condition, __ATOMIC_RELAXED))
		assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	usleep(delay_us);
	assert_int_equal(kill(child, SIGKILL), 0);
	expect_killed(child);
}

/* Like file_of_run(), but NULL if the file does not exist. */
static const char *found_file(__u64 number)
{
	const char *path = file_of_run(number);

	return access(path, F_OK) ? NULL : path;
}

static bool is_truncated(const char *path)
{
	int fd = open(path, O_RDONLY);
	char last = '\n';

	assert_true(fd >= 0);
	if (lseek(fd, -1, SEEK_END) >= 0)
		assert_int_equal(read(fd, &last, 1), 1);
	close(fd);
	return last != '\n';
}

/* A checksum of all files. */
static __u64 checksum_of_run(void)
{
	__u64 sum = 0, place = 0;

	for (__u64 number = 0; number <= child_report->files; number++) {
		const char *path = found_file(number);
		FILE *file = path ? fopen(path, "r") : NULL;

		for (int byte; file && (byte = getc(file)) != EOF;)
			sum += ++place * (__u64)byte;
		if (file)
			fclose(file);
	}
	return sum;
}

static off_t size_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static void repair_run(void)
{
	for (__u64 number = 0; number <= child_report->files; number++) {
		const char *path = found_file(number);

		if (path) {
			int status = repair(path);

			assert_int_equal(status, size_of(path) ? 0 : 1);
		}
	}
}

/*
 * Asserts that each file is a good log or empty. Returns the sum of the packets that their footers
 * count.
 */
static __u64 judge_run(void)
{
	__u64 total = 0;

	for (__u64 number = 0; number <= child_report->files; number++) {
		const char *path = found_file(number);
		struct findings_of_log found;
		struct stat status;

		if (!path || stat(path, &status) || !status.st_size)
			continue;
		found = check_log(path);
		assert_int_equal(found.defects, 0);
		assert_int_equal(found.runs, 1);
		total += footer_total(path);
	}
	return total;
}

static void remove_run(void)
{
	for (__u64 number = 0; number <= child_report->files; number++)
		if (found_file(number))
			unlink(found_file(number));
}

static void judge_kill(void)
{
	int checkpoints = count_checkpoints();
	__u64 repaired, total, at_checkpoint, young;

	cases.no_log += !found_file(0);
	cases.no_checkpoint += !checkpoints;
	cases.rotated += child_report->files > 0;
	cases.truncated += found_file(0) && is_truncated(found_file(0));
	assert_in_range(checkpoints, 0, 1);
	repair_run();
	assert_int_equal(count_checkpoints(), 0);
	total = judge_run();
	assert_true(total <= sum_of_footer(&child_report->counted));
	/*
	 * If the last checkpoint was made just before a rotation, it counts records that still
	 * waited. They belong to the next file, which may not have counted them yet.
	 */
	at_checkpoint = sum_of_footer(&child_report->at_checkpoint);
	young = at_checkpoint % (PACKETS_A_ROUND * ROUNDS_A_FILE) ? 0 : WAITING;
	assert_true(total + young >= at_checkpoint);
	repaired = checksum_of_run();
	repair_run();
	assert_int_equal(checksum_of_run(), repaired);
	remove_run();
}

static void killed_at_any_moment_every_file_is_complete_after_a_repair(void **state)
{
	const __u64 *const conditions[] = {NULL, &child_report->begun, &child_report->files};

	(void)state;
	random_seed(SEED);
	print_message("# seed %d\n", SEED);
	for (int number = 0; number < KILLS; number++) {
		kill_after((unsigned int)(random_u64() % LONGEST_US), conditions[number % 3]);
		judge_kill();
	}
	print_message(
		"# %d kills: %d rotated, %d without a log, %d without a checkpoint, %d truncated\n",
		KILLS, cases.rotated, cases.no_log, cases.no_checkpoint, cases.truncated);
	assert_true(cases.rotated > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_any_moment_every_file_is_complete_after_a_repair),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_scratch_and_report, remove_all_scratch);
}
