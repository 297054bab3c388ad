// SPDX-License-Identifier: BSD-2-Clause
/*
 * A user who can prepare the path of a log cannot make the program change another file, disclose a
 * log or hang; and a log has one writer.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/secure_open.h"

#include "../lib/writer_fixture.h"

#define APPEND (O_WRONLY | O_APPEND | O_CREAT)

static int open_at(const char *path, int flags)
{
	struct log_path log;
	int fd = log_path__find(&log, path, "the log");

	if (fd)
		return fd;
	fd = secure_open__open(&log, flags);
	log_path__close(&log);
	return fd;
}

/* Opens a log with messages switched off, as there would be too many. */
static int open_quietly(const char *path, int flags)
{
	int saved = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY), fd;

	dup2(nowhere, STDERR_FILENO);
	fd = open_at(path, flags);
	dup2(saved, STDERR_FILENO);
	close(nowhere);
	close(saved);
	return fd;
}

static void assert_refused(int err)
{
	assert_int_equal(open_quietly(scratch_log, APPEND), err);
}

static void in_directory(char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", scratch_directory, name);
}

static void a_new_log_is_made_for_its_owner_and_group(void **state)
{
	mode_t mask = umask(0);
	int fd = open_at(scratch_log, APPEND);
	struct stat status;

	(void)state;
	umask(mask);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	assert_file(scratch_log, "x");
}

static void a_symbolic_link_is_refused_and_its_target_untouched(void **state)
{
	char target[128];

	(void)state;
	in_directory(target, "target");
	assert_int_equal(symlink(target, scratch_log), 0);
	assert_refused(-ELOOP);
	assert_int_equal(access(target, F_OK), -1);
	assert_int_equal(rename(scratch_log, target), 0);
	write_file(scratch_log, "precious\n");
	assert_int_equal(rename(scratch_log, target), 0);
	assert_int_equal(symlink(target, scratch_log), 0);
	assert_refused(-ELOOP);
	assert_int_equal(rename(target, scratch_log), 0);
	assert_file(scratch_log, "precious\n");
}

static void a_file_with_another_name_is_refused(void **state)
{
	char other[128];

	(void)state;
	in_directory(other, "other");
	write_file(scratch_log, "precious\n");
	assert_int_equal(link(scratch_log, other), 0);
	assert_refused(-EMLINK);
	assert_int_equal(unlink(other), 0);
	assert_file(scratch_log, "precious\n");
	close(open_at(scratch_log, APPEND));
}

static void a_fifo_is_refused_without_waiting_read_or_not(void **state)
{
	char byte;
	int reader;

	(void)state;
	assert_int_equal(mkfifo(scratch_log, 0600), 0);
	assert_refused(-ENXIO);
	reader = open(scratch_log, O_RDONLY | O_NONBLOCK);
	assert_refused(-ENXIO);
	assert_int_equal(read(reader, &byte, 1), 0);
	close(reader);
}

static void a_socket_is_refused(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	strcpy(address.sun_path, scratch_log);
	assert_int_equal(bind(fd, (void *)&address, sizeof(address)), 0);
	assert_refused(-ENXIO);
	close(fd);
}

static void a_directory_everybody_may_write_to_is_refused(void **state)
{
	(void)state;
	for (mode_t mode = 0777; mode <= 01777; mode += 01000) {
		assert_int_equal(chmod(scratch_directory, mode), 0);
		assert_refused(-EPERM);
		assert_int_equal(access(scratch_log, F_OK), -1);
	}
	assert_int_equal(chmod(scratch_directory, 0770), 0);
	close(open_at(scratch_log, APPEND));
	assert_int_equal(access(scratch_log, F_OK), 0);
}

static void a_path_relative_to_here_is_looked_at_like_any_other(void **state)
{
	char here[256];

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(scratch_directory), 0);
	close(open_at("log", APPEND));
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(open_quietly("log", APPEND), -EPERM);
	assert_int_equal(chdir(here), 0);
	assert_file(scratch_log, "");
}

static void swap_until_killed(const char *fifo, const char *plain, const char *link_name,
			      const char *target)
{
	for (int round = 0;; round = (round + 1) % 3) {
		const char *now = round == 0 ? fifo : round == 1 ? plain : link_name;

		if (round == 0)
			mkfifo(now, 0600);
		else if (round == 1)
			close(open(now, O_WRONLY | O_CREAT, 0600));
		else
			symlink(target, now);
		rename(now, scratch_log);
	}
}

/*
 * One process swaps the name between a file, a FIFO and a link as fast as it can; the other never
 * hangs and opens only regular files in the directory.
 */
static void a_name_swapped_under_way_never_leads_elsewhere(void **state)
{
	char target[128], fifo[128], plain[128], link_name[128];
	struct stat status;
	int opened = 0;
	pid_t child;

	(void)state;
	in_directory(target, "target");
	in_directory(fifo, "fifo");
	in_directory(plain, "plain");
	in_directory(link_name, "link");
	child = fork();
	if (!child)
		swap_until_killed(fifo, plain, link_name, target);
	for (int i = 0; i < 3000; i++) {
		int fd = open_quietly(scratch_log, APPEND);

		if (fd < 0)
			continue;
		assert_int_equal(fstat(fd, &status), 0);
		assert_true(S_ISREG(status.st_mode));
		opened++;
		close(fd);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_true(opened > 0);
	assert_int_equal(access(target, F_OK), -1);
	unlink(fifo);
	unlink(plain);
	unlink(link_name);
}

static void a_log_has_one_writer(void **state)
{
	int first = open_at(scratch_log, APPEND), reader;

	(void)state;
	assert_true(first >= 0);
	assert_refused(-EBUSY);
	reader = open(scratch_log, O_RDONLY);
	assert_int_equal(secure_open__lock(reader), -EBUSY);
	close(first);
	assert_int_equal(secure_open__lock(reader), 0);
	assert_refused(-EBUSY);
	close(reader);
	close(open_at(scratch_log, APPEND));
}

static void a_log_on_stdout_has_one_writer_too(void **state)
{
	int fd = open(scratch_log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	struct writer *writer = open_writer_on(fd);

	(void)state;
	assert_refused(-EBUSY);
	assert_int_equal(writer__close(writer), 0);
	close(fd);
	close(open_at(scratch_log, APPEND));
}

static void an_existing_log_is_opened_for_repair_and_none_is_made(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(open_quietly(scratch_log, O_RDWR), -ENOENT);
	write_file(scratch_log, "x");
	fd = open_at(scratch_log, O_RDWR);
	assert_true(fd >= 0);
	assert_refused(-EBUSY);
	close(fd);
}

#define OPEN_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN_TEST(a_new_log_is_made_for_its_owner_and_group),
		OPEN_TEST(a_symbolic_link_is_refused_and_its_target_untouched),
		OPEN_TEST(a_file_with_another_name_is_refused),
		OPEN_TEST(a_fifo_is_refused_without_waiting_read_or_not),
		OPEN_TEST(a_socket_is_refused),
		OPEN_TEST(a_directory_everybody_may_write_to_is_refused),
		OPEN_TEST(a_path_relative_to_here_is_looked_at_like_any_other),
		OPEN_TEST(a_name_swapped_under_way_never_leads_elsewhere),
		OPEN_TEST(a_log_has_one_writer),
		OPEN_TEST(a_log_on_stdout_has_one_writer_too),
		OPEN_TEST(an_existing_log_is_opened_for_repair_and_none_is_made),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
