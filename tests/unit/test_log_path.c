// SPDX-License-Identifier: BSD-2-Clause
/*
 * The directory of a log is resolved once, and only root and this user can influence the path to
 * it.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/secure_open.h"

#include "../lib/scratch.h"

#define STRANGER 12345
#define APPEND	 (O_WRONLY | O_APPEND | O_CREAT)

static int find(struct log_path *path, const char *format)
{
	static char text[256];

	snprintf(text, sizeof(text), format, scratch_directory);
	return log_path__find(path, text, "the log");
}

static int make(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", scratch_directory, name);
	return mkdir(path, 0755);
}

static int link_to(const char *target, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", scratch_directory, name);
	return symlink(target, path);
}

static void give(const char *name, uid_t owner)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", scratch_directory, name);
	assert_int_equal(lchown(path, owner, owner), 0);
}

/* Whether the log at `format` would be created in the directory `name`. */
static bool leads_to(const char *format, const char *name)
{
	struct stat found, named;
	char directory[160];
	struct log_path path;

	if (find(&path, format))
		return false;
	snprintf(directory, sizeof(directory), "%s/%s", scratch_directory, name);
	assert_int_equal(stat(directory, &named), 0);
	assert_int_equal(fstat(path.directory_fd, &found), 0);
	assert_string_equal(path.name, "log");
	log_path__close(&path);
	return found.st_ino == named.st_ino && found.st_dev == named.st_dev;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

static int remove_all(void **state)
{
	(void)state;
	return nftw(scratch_directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void a_path_leads_where_it_says(void **state)
{
	char here[256];

	(void)state;
	assert_int_equal(make("a"), 0);
	assert_int_equal(make("a/b"), 0);
	assert_true(leads_to("%s/a/b/log", "a/b"));
	assert_true(leads_to("%s//a/./b//log", "a/b"));
	assert_true(leads_to("%s/a/b/../log", "a"));
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(scratch_directory), 0);
	assert_true(leads_to("log", "."));
	assert_true(leads_to("a/b/log", "a/b"));
	assert_true(leads_to("a/../a/log", "a"));
	assert_int_equal(chdir(here), 0);
}

static void what_is_not_there_or_no_directory_is_refused(void **state)
{
	struct log_path path;

	(void)state;
	write_file(scratch_log, "");
	assert_int_equal(find(&path, "%s/nowhere/log"), -ENOENT);
	assert_int_equal(find(&path, "%s/log/log"), -ENOTDIR);
	assert_int_equal(find(&path, "%s/nowhere/../log"), -ENOENT);
	log_path__close(&path);
}

static void links_of_our_own_are_followed(void **state)
{
	char absolute[128];

	(void)state;
	assert_int_equal(make("a"), 0);
	assert_int_equal(make("a/b"), 0);
	assert_int_equal(link_to("a", "to_a"), 0);
	assert_int_equal(link_to("to_a/b/", "to_b"), 0);
	snprintf(absolute, sizeof(absolute), "%s/to_a", scratch_directory);
	assert_int_equal(link_to(absolute, "far"), 0);
	assert_true(leads_to("%s/to_a/log", "a"));
	assert_true(leads_to("%s/to_b/log", "a/b"));
	assert_true(leads_to("%s/to_b/../log", "a"));
	assert_true(leads_to("%s/far/b/log", "a/b"));
}

static void links_that_go_round_end(void **state)
{
	struct log_path path;

	(void)state;
	assert_int_equal(link_to("one", "other"), 0);
	assert_int_equal(link_to("other", "one"), 0);
	assert_int_equal(find(&path, "%s/one/log"), -ELOOP);
	assert_int_equal(link_to("absent", "dangling"), 0);
	assert_int_equal(find(&path, "%s/dangling/log"), -ENOENT);
}

static void links_of_others_are_refused(void **state)
{
	struct log_path path;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(make("a"), 0);
	assert_int_equal(link_to("a", "theirs"), 0);
	assert_true(leads_to("%s/theirs/log", "a"));
	give("theirs", STRANGER);
	assert_int_equal(find(&path, "%s/theirs/log"), -ELOOP);
	/*
	 * The link belongs to this user, but lies in a directory where another user can replace it.
	 */
	assert_int_equal(make("home"), 0);
	assert_int_equal(link_to("../a", "home/ours"), 0);
	assert_true(leads_to("%s/home/ours/log", "a"));
	give("home", STRANGER);
	assert_int_equal(find(&path, "%s/home/ours/log"), -ELOOP);
	assert_true(leads_to("%s/home/log", "home"));
}

static void the_directory_stays_what_it_was(void **state)
{
	char from[128], to[128];
	struct log_path path;
	int fd;

	(void)state;
	assert_int_equal(make("logs"), 0);
	assert_int_equal(make("trap"), 0);
	assert_int_equal(find(&path, "%s/logs/log"), 0);
	snprintf(from, sizeof(from), "%s/logs", scratch_directory);
	snprintf(to, sizeof(to), "%s/moved", scratch_directory);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(link_to("trap", "logs"), 0);
	fd = secure_open__open(&path, APPEND);
	assert_true(fd >= 0);
	assert_true(log_path__is_at(&path, fd));
	snprintf(to, sizeof(to), "%s/moved/log", scratch_directory);
	assert_int_equal(access(to, F_OK), 0);
	assert_int_equal(unlink(to), 0);
	assert_false(log_path__is_at(&path, fd));
	close(fd);
	log_path__close(&path);
}

static uid_t owner_of(int fd)
{
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	return status.st_uid;
}

static void a_new_file_is_the_directorys_owners(void **state)
{
	struct log_path path;
	int fd;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(make("home"), 0);
	give("home", STRANGER);
	assert_int_equal(find(&path, "%s/home/log"), 0);
	fd = secure_open__open(&path, APPEND);
	assert_int_equal(owner_of(fd), 0);
	log_path__give_to_owner(&path, fd);
	assert_int_equal(owner_of(fd), STRANGER);
	/* A file of another user cannot be given away. */
	assert_int_equal(fchown(fd, STRANGER + 1, 0), 0);
	log_path__give_to_owner(&path, fd);
	assert_int_equal(owner_of(fd), STRANGER + 1);
	close(fd);
	log_path__close(&path);
}

#define LOG_PATH_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOG_PATH_TEST(a_path_leads_where_it_says),
		LOG_PATH_TEST(what_is_not_there_or_no_directory_is_refused),
		LOG_PATH_TEST(links_of_our_own_are_followed),
		LOG_PATH_TEST(links_that_go_round_end),
		LOG_PATH_TEST(links_of_others_are_refused),
		LOG_PATH_TEST(the_directory_stays_what_it_was),
		LOG_PATH_TEST(a_new_file_is_the_directorys_owners),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
