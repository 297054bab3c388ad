// SPDX-License-Identifier: BSD-2-Clause
/*
 * Rotation by number: whatever cannot be renamed, and whenever the process is killed,
 * no file is lost, and only a rotation that succeeds changes any.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "../lib/rotating_run.h"

#define KEEP 4

static void write_files(void)
{
	write_file(scratch_file(""), "log");
	write_file(scratch_file(".1"), "one");
	write_file(scratch_file(".2"), "two");
	write_file(scratch_file(".3"), "three");
	write_file(scratch_file(".4"), "four");
}

static void assert_text(const char *suffix, const char *text)
{
	char found[32] = "";
	FILE *file = fopen(scratch_file(suffix), "r");

	assert_non_null(file);
	assert_non_null(fgets(found, sizeof(found), file));
	fclose(file);
	assert_string_equal(found, text);
}

static void assert_unchanged(void)
{
	assert_text("", "log");
	assert_text(".1", "one");
	assert_text(".2", "two");
	assert_text(".3", "three");
	assert_text(".4", "four");
}

static void assert_rotated(void)
{
	assert_false(scratch_exists(""));
	assert_text(".1", "log");
	assert_text(".2", "one");
	assert_text(".3", "two");
	assert_text(".4", "three");
}

static int count_files(void)
{
	DIR *directory = opendir(scratch_directory);
	int files = 0;

	for (struct dirent *entry; (entry = readdir(directory));)
		files += entry->d_name[0] != '.';
	closedir(directory);
	return files;
}

/*
 * Makes the calls of rename(2) from number `first` to `last` fail. If `name` is not NULL, only
 * renames of that file are numbered.
 */
static void let_fail(const char *name, int first, int last, int error)
{
	memset(&faults, 0, sizeof(faults));
	faults.of = CALL_RENAME;
	faults.name = name;
	faults.first = first;
	faults.last = last;
	faults.error = error;
	faults.on = true;
}

static int shift(struct log_renames *files)
{
	static struct log_path path;

	log_path__close(&path);
	assert_int_equal(log_path__find(&path, scratch_log, "the log"), 0);
	return log_renames__shift(files, &path, KEEP);
}

static void a_rotation_shifts_all_and_removes_the_oldest(void **state)
{
	struct log_renames files = {0};

	(void)state;
	faults.on = false;
	write_files();
	assert_int_equal(shift(&files), 0);
	log_renames__commit(&files);
	assert_rotated();
	assert_int_equal(count_files(), KEEP);
	write_file(scratch_file(""), "next");
	assert_int_equal(unlink(scratch_file(".2")), 0);
	assert_int_equal(shift(&files), 0);
	log_renames__commit(&files);
	assert_text(".1", "next");
	assert_text(".2", "log");
	assert_text(".3", "two");
	assert_text(".4", "three");
}

/*
 * The rename of the log or of an older file fails, for any reason: at every attempt all files keep
 * their names.
 */
static void what_cannot_be_renamed_leaves_all_files_where_they_were(void **state)
{
	static const char *const names[] = {"log", "log.1", "log.2", "log.3", "log.4"};
	static const int errors[] = {EBUSY, EPERM, EACCES, EXDEV, EROFS};

	(void)state;
	for (size_t i = 0; i < 25; i++) {
		struct log_renames files = {0};

		write_files();
		for (int attempt = 0; attempt < 3; attempt++) {
			let_fail(names[i / 5], 1, 1 << 30, errors[i % 5]);
			assert_int_equal(shift(&files), -errors[i % 5]);
			assert_int_equal(faults.happened, 1);
			faults.on = false;
			assert_unchanged();
			assert_int_equal(count_files(), KEEP + 1);
		}
		assert_int_equal(shift(&files), 0);
		log_renames__commit(&files);
		assert_rotated();
	}
}

static void a_next_file_that_cannot_begin_gives_all_their_names_back(void **state)
{
	(void)state;
	faults.on = false;
	for (int made = 0; made < 2; made++) {
		struct log_renames files = {0};

		write_files();
		assert_int_equal(shift(&files), 0);
		if (made)
			fclose(fopen(scratch_log, "w"));
		log_renames__undo(&files);
		assert_unchanged();
		assert_int_equal(count_files(), KEEP + 1);
	}
}

static void a_directory_is_never_removed_as_an_old_log(void **state)
{
	struct log_renames files = {0};

	(void)state;
	faults.on = false;
	write_files();
	assert_int_equal(unlink(scratch_file(".4")), 0);
	assert_int_equal(mkdir(scratch_file(".4"), 0700), 0);
	assert_int_equal(shift(&files), -ENOTSUP);
	assert_int_equal(rmdir(scratch_file(".4")), 0);
	assert_int_equal(shift(&files), 0);
	log_renames__commit(&files);
	assert_rotated();
}

/* After a kill at any rename no file is missing, and the next rotation works. */
static void a_kill_at_any_rename_loses_no_file(void **state)
{
	(void)state;
	for (int call = 1; call <= KEEP + 1; call++) {
		struct log_renames files = {0};
		pid_t child;
		int status;

		write_files();
		fflush(NULL);
		child = fork();
		if (!child) {
			let_fail(NULL, call, call, 0);
			faults.kill = true;
			shift(&files);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		faults.on = false;
		assert_int_equal(count_files(), KEEP + 1);
		assert_text("", "log");
		assert_int_equal(shift(&files), 0);
		log_renames__commit(&files);
		assert_text(".1", "log");
		assert_text(".2", "one");
		assert_int_equal(remove_all_scratch(NULL), 0);
		assert_int_equal(mkdir(scratch_directory, 0700), 0);
	}
}

/* A bind mount or an attribute prevents renaming the log: tracing continues in it. */
static void a_log_that_cannot_be_renamed_costs_no_old_file(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	write_files();
	assert_int_equal(unlink(scratch_log), 0);
	begin(&session, 65536, KEEP);
	let_fail("log", 1, 1 << 30, EBUSY);
	for (int second = 0; second < 10; second++) {
		play_rounds(&session, 20);
		fake_ns += NSEC_PER_SEC;
	}
	assert_true(faults.happened > 5);
	faults.on = false;
	assert_text(".1", "one");
	assert_text(".4", "four");
	assert_int_equal(end_run(&session, &accounting), 1);
	good_lines("", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_rotation_shifts_all_and_removes_the_oldest),
		SCRATCH_TEST(what_cannot_be_renamed_leaves_all_files_where_they_were),
		SCRATCH_TEST(a_next_file_that_cannot_begin_gives_all_their_names_back),
		SCRATCH_TEST(a_directory_is_never_removed_as_an_old_log),
		SCRATCH_TEST(a_kill_at_any_rename_loses_no_file),
		SCRATCH_TEST(a_log_that_cannot_be_renamed_costs_no_old_file),
	};

	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
