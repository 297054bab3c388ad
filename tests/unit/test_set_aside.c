// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which logs of killed runs are renamed before the next run, to which name, and which of them
 * repair finds.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/checkpoint.h"
#include "output/secure_open.h"
#include "repair/set_aside.h"

#include "../lib/scratch.h"

#define BEGUN	   1795248828
#define ASIDE	   "log.1795248828.000042"
#define CHECKPOINT ASIDE CHECKPOINT_SUFFIX

static struct set_aside aside;

static void make(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0640);

	assert_true(fd >= 0);
	close(fd);
}

/* Calls set_aside__killed_run() for a path, whose directory is opened each time, as by each run. */
static int set_aside(const char *path)
{
	struct log_path log;
	int err = log_path__find(&log, path, "the log");

	if (!err)
		err = set_aside__killed_run(&log, &aside);
	log_path__close(&log);
	return err;
}

static int each(const char *path, int (*visit_file)(const char *file))
{
	struct log_path log;
	int worst;

	assert_int_equal(log_path__find(&log, path, "the log"), 0);
	worst = set_aside__repair_each(&log, visit_file);
	log_path__close(&log);
	return worst;
}

static int is_there(const char *name)
{
	return access(name, F_OK) == 0;
}

/* Leaves the checkpoint of a killed run that began at `seconds`. */
static void leave_checkpoint(__u64 seconds, const char *of)
{
	struct checkpoint_run run = {};
	struct checkpoint *checkpoint;
	struct log_path log;
	struct stat status;

	assert_int_equal(stat(of, &status), 0);
	run.inode = status.st_ino;
	assert_int_equal(log_path__find(&log, "log", "the log"), 0);
	assert_int_equal(
		checkpoint__create(&log, (struct siftr_time){seconds, 42}, &run, &checkpoint), 0);
	log_path__close(&log);
	checkpoint__close(checkpoint);
}

static void a_killed_runs_log_gets_its_checkpoints_name(void **state)
{
	char path[128];

	(void)state;
	make("log");
	leave_checkpoint(BEGUN, "log");
	snprintf(path, sizeof(path), "%s/log", scratch_directory);
	assert_int_equal(set_aside(path), 0);
	assert_false(is_there("log"));
	assert_true(is_there(ASIDE) && is_there(CHECKPOINT));
	snprintf(path, sizeof(path), "%s/" ASIDE, scratch_directory);
	assert_string_equal(aside.path, path);
	assert_true(aside.last_ns > 0);
	/* A second call has nothing to do. */
	assert_int_equal(set_aside("log"), 0);
	assert_string_equal(aside.path, "");
}

static void a_log_however_long_is_renamed_and_not_read(void **state)
{
	struct stat status;

	(void)state;
	make("log");
	assert_int_equal(truncate("log", 100LL << 30), 0);
	leave_checkpoint(BEGUN, "log");
	assert_int_equal(set_aside("log"), 0);
	assert_int_equal(stat(ASIDE, &status), 0);
	assert_int_equal(status.st_size, 100LL << 30);
}

static void the_newest_of_several_checkpoints_gives_the_name(void **state)
{
	(void)state;
	make("log");
	leave_checkpoint(BEGUN, "log");
	leave_checkpoint(BEGUN + 9, "log");
	leave_checkpoint(BEGUN + 3, "log");
	assert_int_equal(set_aside("log"), 0);
	assert_string_equal(aside.path, "log.1795248837.000042");
}

static void a_log_that_is_being_written_is_not_renamed(void **state)
{
	struct log_path log;
	int fd;

	(void)state;
	assert_int_equal(log_path__find(&log, "log", "the log"), 0);
	fd = secure_open__open(&log, O_WRONLY | O_CREAT);
	log_path__close(&log);
	assert_true(fd >= 0);
	leave_checkpoint(BEGUN, "log");
	assert_int_equal(set_aside("log"), 0);
	assert_string_equal(aside.path, "");
	assert_true(is_there("log"));
	close(fd);
}

static void a_complete_log_is_not_renamed(void **state)
{
	(void)state;
	make("log");
	make("log.1795248828.42.checkpoint");
	make("log.x.000042.checkpoint");
	make("logs.1795248828.000042.checkpoint");
	make("log.1795248828.000042.checkpoint.old");
	make(CHECKPOINT); /* an empty checkpoint, which identifies no file */
	assert_int_equal(set_aside("log"), 0);
	assert_true(is_there("log"));
	assert_int_equal(set_aside("missing"), 0);
	assert_string_equal(aside.path, "");
}

/* The log of the killed run was renamed by hand, and another log has its old name. */
static void the_checkpoint_of_another_file_is_ignored(void **state)
{
	(void)state;
	make("moved");
	make("log");
	leave_checkpoint(BEGUN, "moved");
	assert_int_equal(set_aside("log"), 0);
	assert_true(is_there("log"));
}

static void no_file_is_overwritten(void **state)
{
	(void)state;
	make("log");
	make(ASIDE);
	leave_checkpoint(BEGUN, "log");
	assert_int_equal(set_aside("log"), 0);
	assert_true(is_there("log") && is_there(ASIDE));
	assert_string_equal(aside.path, "");
}

static char visited[256];

static int visit(const char *file)
{
	strcat(visited, file);
	strcat(visited, ";");
	return strstr(file, "37.") ? 4 : 1;
}

static void renamed_logs_are_found_for_repair(void **state)
{
	(void)state;
	assert_int_equal(each("log", visit), 0);
	assert_string_equal(visited, "");
	make("log");
	leave_checkpoint(BEGUN, "log");
	assert_int_equal(set_aside("log"), 0);
	make("log");
	leave_checkpoint(BEGUN + 1, "log"); /* the checkpoint of the run that is writing */
	assert_int_equal(each("./log", visit), 1);
	assert_string_equal(visited, "./" ASIDE ";");
	make("log.1795248837.000042");
	make("log.1795248837.000042.checkpoint");
	assert_int_equal(each("log", visit), 4);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)
	const struct CMUnitTest tests[] = {
		CASE(a_killed_runs_log_gets_its_checkpoints_name),
		CASE(a_log_however_long_is_renamed_and_not_read),
		CASE(the_newest_of_several_checkpoints_gives_the_name),
		CASE(a_log_that_is_being_written_is_not_renamed),
		CASE(a_complete_log_is_not_renamed),
		CASE(the_checkpoint_of_another_file_is_ignored),
		CASE(no_file_is_overwritten),
		CASE(renamed_logs_are_found_for_repair),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("set_aside", tests, NULL, NULL);
}
