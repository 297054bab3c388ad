// SPDX-License-Identifier: BSD-2-Clause
/* The messages to a service manager, as in sd_notify(3). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include <siftr/array_size.h>

#include "service/notify.h"

static char scratch[] = "/tmp/siftr-notify-XXXXXX";
static char path[64];
static char heard[512];

/*
 * Opens the manager's socket, and returns its descriptor; a name that starts with '@' is an
 * abstract one.
 */
static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	size_t bytes = strlen(name);

	assert_true(fd >= 0);
	memcpy(address.sun_path, name, bytes);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
			      offsetof(struct sockaddr_un, sun_path) + bytes),
			 0);
	return fd;
}

static const char *hear(int fd)
{
	ssize_t bytes = recv(fd, heard, sizeof(heard) - 1, 0);

	if (bytes < 0)
		return NULL;
	heard[bytes] = '\0';
	return heard;
}

static int make_scratch(void **state)
{
	(void)state;
	if (!mkdtemp(scratch))
		return -1;
	snprintf(path, sizeof(path), "%s/notify", scratch);
	return 0;
}

static int remove_scratch(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(scratch);
}

static int forget(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	unlink(path);
	return 0;
}

static void without_a_manager_nothing_is_due(void **state)
{
	struct notify notify;

	(void)state;
	setenv("WATCHDOG_USEC", "1000000", 1);
	notify__open(&notify, 5);
	assert_int_equal(notify.fd, -1);
	assert_true(notify.next_alive_ns == NEVER_NS);
	notify__ready(&notify, "0 lines");
	notify__stopping(&notify);
	notify__close(&notify);
}

static void the_states_are_sent_as_the_protocol_names_them(void **state)
{
	struct notify notify;
	int manager = listen_at(path);

	(void)state;
	setenv("NOTIFY_SOCKET", path, 1);
	notify__open(&notify, 0);
	assert_null(hear(manager));
	notify__ready(&notify, "0 lines");
	assert_string_equal(hear(manager), "READY=1\nSTATUS=0 lines");
	notify__reloading(&notify, 12345678901ULL);
	assert_string_equal(hear(manager), "RELOADING=1\nMONOTONIC_USEC=12345678");
	notify__alive(&notify, 0, "3 lines");
	assert_string_equal(hear(manager), "WATCHDOG=1\nSTATUS=3 lines");
	notify__status(&notify, "4 lines");
	assert_string_equal(hear(manager), "STATUS=4 lines");
	notify__stopping(&notify);
	assert_non_null(strstr(hear(manager), "STOPPING=1\n"));
	assert_null(hear(manager));
	notify__close(&notify);
	close(manager);
}

static void an_abstract_socket_is_found(void **state)
{
	struct notify notify;
	char name[64];
	int manager;

	(void)state;
	snprintf(name, sizeof(name), "@siftr-bpf-test-%d", getpid());
	manager = listen_at(name);
	setenv("NOTIFY_SOCKET", name, 1);
	notify__open(&notify, 0);
	notify__ready(&notify, "0 lines");
	assert_non_null(hear(manager));
	notify__close(&notify);
	close(manager);
}

static void a_sign_of_life_is_due_at_half_the_watchdogs_time(void **state)
{
	struct notify notify;
	int manager = listen_at(path);
	char pid[16];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("NOTIFY_SOCKET", path, 1);
	setenv("WATCHDOG_USEC", "3000000", 1);
	setenv("WATCHDOG_PID", pid, 1);
	notify__open(&notify, 1000);
	assert_true(notify.next_alive_ns == 1500001000ULL);
	notify__alive(&notify, 1600000000ULL, "well");
	assert_true(notify.next_alive_ns == 3100000000ULL);
	notify__close(&notify);
	close(manager);
}

static void a_watchdog_of_another_process_is_not_fed(void **state)
{
	static const char *const others[][2] = {
		{"3000000", "1"},
		{"", NULL},
		{"0", NULL},
		{"-1", NULL},
		{"3s", NULL},
		{"99999999999999999999", NULL},
		{"18446744073709551615", NULL},
	};
	int manager = listen_at(path);

	(void)state;
	setenv("NOTIFY_SOCKET", path, 1);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct notify notify;

		setenv("WATCHDOG_USEC", others[i][0], 1);
		if (others[i][1])
			setenv("WATCHDOG_PID", others[i][1], 1);
		else
			unsetenv("WATCHDOG_PID");
		notify__open(&notify, 0);
		assert_true(notify.fd >= 0);
		assert_true(notify.next_alive_ns == NEVER_NS);
		notify__close(&notify);
	}
	close(manager);
}

static void a_socket_that_cannot_be_used_is_done_without(void **state)
{
	static const char *const bad[] = {
		"/no/such/socket", "relative", "vsock:2:3",
		("/tmp/0123456789012345678901234567890123456789012345678"
		 "901234567890123456789012345678901234567890123456789012")};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct notify notify;

		setenv("NOTIFY_SOCKET", bad[i], 1);
		notify__open(&notify, 0);
		assert_int_equal(notify.fd, -1);
		notify__ready(&notify, "0 lines");
	}
}

/* The queue of a manager that hangs fills up; the tracer must not wait for it. */
static void a_manager_that_does_not_listen_is_not_waited_for(void **state)
{
	struct notify notify;
	int manager = listen_at(path);

	(void)state;
	setenv("NOTIFY_SOCKET", path, 1);
	notify__open(&notify, 0);
	for (int i = 0; i < 100000; i++)
		notify__alive(&notify, 0, "on and on");
	assert_non_null(hear(manager));
	close(manager);
	notify__ready(&notify, "0 lines");
	notify__close(&notify);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_a_manager_nothing_is_due, forget),
		cmocka_unit_test_setup(the_states_are_sent_as_the_protocol_names_them, forget),
		cmocka_unit_test_setup(an_abstract_socket_is_found, forget),
		cmocka_unit_test_setup(a_sign_of_life_is_due_at_half_the_watchdogs_time, forget),
		cmocka_unit_test_setup(a_watchdog_of_another_process_is_not_fed, forget),
		cmocka_unit_test_setup(a_socket_that_cannot_be_used_is_done_without, forget),
		cmocka_unit_test_setup(a_manager_that_does_not_listen_is_not_waited_for, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("notify", tests, make_scratch, remove_scratch);
}
