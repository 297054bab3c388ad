// SPDX-License-Identifier: BSD-2-Clause
/* Who may speak at the control socket, and the name that it gets. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/served_clients.h"

#define NOBODY 65534

/* Makes another file of a name, as somebody else could. */
static int (*exchange)(const char *target, const char *name);

/* The C library's, after which the name is exchanged. */
int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	int err = (int)syscall(SYS_bind, fd, addr, len);

	if (exchange) {
		assert_int_equal(unlink("other"), 0);
		assert_int_equal(exchange("precious", "other"), 0);
	}
	return err;
}

/* Waits of 10 ms: two minutes end what never comes, on a busy host as well. */
#define PATIENCE 12000

static void the_socket_is_its_owners_alone(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(stat(SERVED_NAME, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0600);
}

/* Connects as another user, in a child. Returns what it heard: 'd' denied, 'o' ok, '-' nothing. */
static int heard_by(uid_t user, gid_t group, gid_t other)
{
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		bool is_closed;
		int fd;

		if (setgroups(1, &other) || setresgid(group, group, group) ||
		    setresuid(user, user, user))
			_exit(1);
		fd = served_clients__connect();
		if (fd < 0)
			_exit('-');
		served_clients__say(fd, "one\n", 4);
		if (write(ends[1], "", 1) != 1)
			_exit(2);
		for (int i = 0; i < PATIENCE; i++) {
			const char *text = served_clients__hear(fd, &is_closed);

			if (*text)
				_exit(!strncmp(text, "ok", 2) ? 'o' : text[6] == 'p' ? 'd' : '?');
			usleep(10000);
		}
		_exit(3);
	}
	for (int i = 0; i < PATIENCE && !waitpid(child, &status, WNOHANG); i++) {
		served_clients__poll_all();
		usleep(10000);
	}
	close(ends[0]);
	close(ends[1]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void only_root_owner_and_group_are_let_in(void **state)
{
	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), '-');
	/* Whoever opens the name to others does not open the tracer. */
	assert_int_equal(chmod(SERVED_NAME, 0666), 0);
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), 'd');
	assert_int_equal(heard_by(0, 0, 0), 'o');
	served_listener.has_group = true;
	served_listener.group = 4242;
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), 'd');
	assert_int_equal(heard_by(NOBODY, 4242, NOBODY), 'o');
	assert_int_equal(heard_by(NOBODY, NOBODY, 4242), 'o');
	served_listener.owner = NOBODY;
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), 'o');
}

static void the_group_gets_the_sockets_mode(void **state)
{
	struct listener other;
	struct stat status;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(listener__open(&other, "other", "4242", NOBODY), 0);
	assert_int_equal(stat("other", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0660);
	assert_int_equal(status.st_gid, 4242);
	assert_int_equal(status.st_uid, NOBODY);
	listener__close(&other);
	assert_int_equal(listener__open(&other, "other", "no such group", 0), -ENOENT);
	listener__close(&other);
}

static void a_name_that_was_exchanged_is_not_given_away(void **state)
{
	static int (*const ways[])(const char *, const char *) = {symlink, link};

	(void)state;
	if (geteuid())
		skip();
	close(open("precious", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct listener other;
		struct stat status;

		exchange = ways[i];
		assert_int_equal(listener__open(&other, "other", "4242", NOBODY), -EEXIST);
		exchange = NULL;
		listener__close(&other);
		assert_int_equal(stat("precious", &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
		assert_int_equal(status.st_uid, 0);
		assert_int_equal(status.st_gid, 0);
		assert_int_equal(unlink("other"), 0);
	}
	unlink("precious");
}

static void names_that_are_taken_are_refused_and_left_over_ones_replaced(void **state)
{
	struct listener other;

	(void)state;
	assert_int_equal(listener__open(&other, SERVED_NAME, NULL, geteuid()), -EADDRINUSE);
	listener__close(&other);
	close(open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_int_equal(listener__open(&other, "file", NULL, geteuid()), -EEXIST);
	listener__close(&other);
	assert_int_equal(access("file", F_OK), 0);
	unlink("file");
	/* That of a run that was killed: nobody listens at it any more. */
	assert_int_equal(listener__open(&other, "left", NULL, geteuid()), 0);
	close(other.fd);
	other.fd = -1;
	other.inode = 0;
	listener__close(&other);
	assert_int_equal(listener__open(&other, "left", NULL, geteuid()), 0);
	listener__close(&other);
	assert_int_equal(access("left", F_OK), -1);
}
int main(void)
{
#define SERVED(test) \
	cmocka_unit_test_setup_teardown(test, served_clients__open, served_clients__close)
	const struct CMUnitTest tests[] = {
		SERVED(the_socket_is_its_owners_alone),
		SERVED(only_root_owner_and_group_are_let_in),
		SERVED(the_group_gets_the_sockets_mode),
		SERVED(a_name_that_was_exchanged_is_not_given_away),
		SERVED(names_that_are_taken_are_refused_and_left_over_ones_replaced),
	};
#undef SERVED

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control_access", tests, NULL, NULL);
}
