// SPDX-License-Identifier: BSD-2-Clause
/* A file keeps its content until the new one is complete, and symbolic links are not followed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/replacement.h"
#include "output/secure_open.h"

#include "../lib/scratch.h"

#define STRANGER 12345

static struct log_path path;
static struct replacement replacement;

static int prepare(uid_t user)
{
	assert_int_equal(log_path__find(&path, scratch_log, "the packet accounting"), 0);
	return replacement__prepare(&replacement, &path, user);
}

static int put_content(const char *text)
{
	return replacement__write(&replacement, text, strlen(text));
}

/* The number of names in the directory. */
static int count_files(void)
{
	DIR *directory = opendir(scratch_directory);
	int count = -2; /* the entries "." and ".." are not counted */

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static int end(void **state)
{
	replacement__close(&replacement);
	log_path__close(&path);
	return remove_scratch(state);
}

static void nothing_is_there_before_the_content(void **state)
{
	(void)state;
	assert_int_equal(prepare(geteuid()), 0);
	assert_int_equal(count_files(), 0);
	assert_int_equal(put_content("content"), 0);
	assert_file(scratch_log, "content");
	assert_int_equal(count_files(), 1);
}

static void an_old_file_is_replaced_in_one_step(void **state)
{
	struct stat before, after;
	size_t bytes;
	char *text;
	int reader;

	(void)state;
	write_file(scratch_log, "what was there before");
	assert_int_equal(chmod(scratch_log, 0604), 0);
	assert_int_equal(stat(scratch_log, &before), 0);
	assert_int_equal(prepare(geteuid()), 0);
	assert_file(scratch_log, "what was there before");
	reader = open(scratch_log, O_RDONLY);
	assert_int_equal(put_content("new"), 0);
	assert_file(scratch_log, "new");
	assert_int_equal(stat(scratch_log, &after), 0);
	assert_int_equal(after.st_mode, before.st_mode);
	assert_int_not_equal(after.st_ino, before.st_ino);
	/* A reader that has the old file open reads all of it. */
	text = calloc(1, 64);
	bytes = (size_t)read(reader, text, 63);
	assert_int_equal(bytes, strlen("what was there before"));
	free(text);
	close(reader);
	assert_int_equal(count_files(), 1);
}

static void a_write_that_fails_leaves_the_old_file(void **state)
{
	(void)state;
	write_file(scratch_log, "old");
	assert_int_equal(prepare(geteuid()), 0);
	assert_int_equal(unlink(scratch_log), 0);
	assert_int_equal(mkdir(scratch_log, 0700), 0);
	assert_int_equal(put_content("new"), -EISDIR);
	assert_int_equal(count_files(), 1);
	assert_int_equal(rmdir(scratch_log), 0);
}

static void links_and_what_is_no_file_are_refused(void **state)
{
	char target[128];

	(void)state;
	snprintf(target, sizeof(target), "%s/target", scratch_directory);
	write_file(scratch_log, "precious");
	assert_int_equal(rename(scratch_log, target), 0);
	assert_int_equal(symlink(target, scratch_log), 0);
	assert_int_equal(prepare(geteuid()), -ELOOP);
	log_path__close(&path);
	assert_int_equal(unlink(scratch_log), 0);
	assert_int_equal(link(target, scratch_log), 0);
	assert_int_equal(prepare(geteuid()), -EMLINK);
	log_path__close(&path);
	assert_int_equal(unlink(target), 0);
	assert_file(scratch_log, "precious");
	assert_int_equal(unlink(scratch_log), 0);
	assert_int_equal(mkfifo(scratch_log, 0600), 0);
	assert_int_equal(prepare(geteuid()), -ENXIO);
}

static void a_directory_everybody_may_write_to_is_refused(void **state)
{
	(void)state;
	assert_int_equal(chmod(scratch_directory, 01777), 0);
	assert_int_equal(prepare(geteuid()), -EPERM);
	assert_int_equal(count_files(), 0);
	assert_int_equal(chmod(scratch_directory, 0700), 0);
}

/* If the directory accepts no new file, the file is opened early and overwritten. */
static void another_users_file_is_written_in_place(void **state)
{
	struct stat before, after;

	(void)state;
	if (geteuid())
		skip();
	write_file(scratch_log, "longer than what will be there");
	assert_int_equal(stat(scratch_log, &before), 0);
	assert_int_equal(prepare(STRANGER), 0);
	assert_file(scratch_log, "longer than what will be there");
	assert_int_equal(put_content("new"), 0);
	assert_file(scratch_log, "new");
	assert_int_equal(put_content("and again"), 0);
	assert_file(scratch_log, "and again");
	assert_int_equal(put_content("end"), 0);
	assert_file(scratch_log, "end");
	assert_int_equal(stat(scratch_log, &after), 0);
	assert_int_equal(after.st_ino, before.st_ino);
}

static void a_device_is_written_to(void **state)
{
	(void)state;
	assert_int_equal(log_path__find(&path, "/dev/full", "the packet accounting"), 0);
	assert_int_equal(replacement__prepare(&replacement, &path, geteuid()), 0);
	assert_int_equal(put_content("x"), -ENOSPC);
}

#define REPLACEMENT_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REPLACEMENT_TEST(nothing_is_there_before_the_content),
		REPLACEMENT_TEST(an_old_file_is_replaced_in_one_step),
		REPLACEMENT_TEST(a_write_that_fails_leaves_the_old_file),
		REPLACEMENT_TEST(links_and_what_is_no_file_are_refused),
		REPLACEMENT_TEST(a_directory_everybody_may_write_to_is_refused),
		REPLACEMENT_TEST(another_users_file_is_written_in_place),
		REPLACEMENT_TEST(a_device_is_written_to),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
