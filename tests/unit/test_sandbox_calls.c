// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls that libraries, the control socket and the terminal take once tracing is on, each
 * tried in a child of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "../lib/sandboxed_child.h"
#include "../lib/scratch.h"
#include "service/sandbox.h"

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Large allocations use mmap(2), and qsort(3) asks for the size of the memory. */
static int use_the_library(void)
{
	const size_t count = 1 << 20;
	int *numbers = malloc(count * sizeof(*numbers)), *more;
	char *text = NULL;
	FILE *file;

	NEEDS(numbers);
	for (size_t i = 0; i < count; i++)
		numbers[i] = (int)((uint32_t)i * 2654435761U >> 8);
	qsort(numbers, count, sizeof(*numbers), compare);
	NEEDS(numbers[0] <= numbers[count - 1]);
	more = realloc(numbers, 4 * count * sizeof(*numbers));
	NEEDS(more);
	free(more);
	NEEDS(asprintf(&text, "%.3f %s", 1.5, strerror(ENOENT)) > 0);
	free(text);
	file = fopen("/proc/self/fdinfo/1", "re");
	NEEDS(file && fgetc(file) == 'p');
	return fclose(file) ? __LINE__ : GOOD;
}

static void the_c_library_works(void **state)
{
	int status = end_of(use_the_library);

	(void)state;
	if (status)
		fail_msg("status %#x: line %d", status, WEXITSTATUS(status));
}

static int wait_in_all_ways(void)
{
	int unread;
	const struct timespec moment = {.tv_nsec = 1000};
	struct epoll_event event;
	struct utsname host;
	sigset_t signals;
	struct timespec now;

	sigemptyset(&signals);
	NEEDS(epoll_pwait(STDIN_FILENO, &event, 1, 0, &signals) < 0 && errno != ENOSYS);
	NEEDS(!pselect(0, NULL, NULL, NULL, &moment, &signals) && !nanosleep(&moment, NULL));
	NEEDS(!sigprocmask(SIG_BLOCK, &signals, NULL) && !uname(&host));
	NEEDS(!syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now));
	NEEDS(!syscall(SYS_clock_getres, CLOCK_REALTIME_COARSE, &now));
	NEEDS(isatty(STDERR_FILENO) || errno != ENOSYS);
	NEEDS(!ioctl(STDOUT_FILENO, FIONREAD, &unread) || errno != ENOSYS);
	return signal(SIGHUP, SIG_IGN) == SIG_ERR ? __LINE__ : GOOD;
}

static void time_and_signals_work_without_the_vdso(void **state)
{
	int status = end_of(wait_in_all_ways);

	(void)state;
	if (status)
		fail_msg("status %#x: line %d", status, WEXITSTATUS(status));
}

/*
 * Calls ioctl(2) on stderr. Returns whether the sandbox refused the request. The kernel reads only
 * 32 of the 64 bits of a request; the C library may set the others.
 */
static int ask_for_a_terminal(unsigned long request)
{
	char answer[128];

	return syscall(SYS_ioctl, STDERR_FILENO, request, answer) < 0 && errno == ENOSYS;
}

static int ask_as_every_library(void)
{
	static const unsigned long tcgets2 = _IOR('T', 0x2a, char[44]);

	NEEDS(!ask_for_a_terminal(TCGETS) && !ask_for_a_terminal(TIOCGWINSZ));
	NEEDS(!ask_for_a_terminal(tcgets2));
	NEEDS(!ask_for_a_terminal((unsigned long)(long)(int)tcgets2));
	NEEDS(ask_for_a_terminal(TIOCSTI));
	return GOOD;
}

static void isatty_of_every_library_is_answered(void **state)
{
	(void)state;
	assert_int_equal(end_of(ask_as_every_library), GOOD);
}

static int raise_as_glibc(void)
{
	return (int)syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGTERM);
}

static int raise_as_musl(void)
{
	return (int)syscall(SYS_tkill, syscall(SYS_gettid), SIGTERM);
}

static void raise_of_every_library_signals_the_process(void **state)
{
	int status = end_of(raise_as_glibc);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	status = end_of(raise_as_musl);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static int other_listener = -1;

static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, name);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static int accept_at(int listener)
{
	struct sockaddr_un peer;
	socklen_t bytes = sizeof(peer);

	return accept4(listener, (struct sockaddr *)&peer, &bytes, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static int serve_a_client(void)
{
	int fd = accept_at(sandboxed_listener);
	struct ucred peer;
	gid_t groups[64];
	socklen_t bytes = sizeof(peer);
	struct epoll_event event = {.events = EPOLLIN};

	NEEDS(fd >= 0 && epoll_ctl(STDIN_FILENO, EPOLL_CTL_ADD, fd, &event) && errno != ENOSYS);
	NEEDS(!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes));
	bytes = sizeof(groups);
	NEEDS(!getsockopt(fd, SOL_SOCKET, 59 /* SO_PEERGROUPS */, groups, &bytes));
	NEEDS(getsockopt(fd, SOL_SOCKET, SO_TYPE, groups, &bytes) && errno == ENOSYS);
	NEEDS(send(fd, "ok\n", 3, MSG_NOSIGNAL | MSG_DONTWAIT) == 3);
	return close(fd) ? __LINE__ : GOOD;
}

static int serve_another(void)
{
	return accept_at(other_listener);
}

static void clients_come_in_at_the_control_socket_alone(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "control"};
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status;

	(void)state;
	sandboxed_listener = listen_at("control");
	other_listener = listen_at("other");
	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	status = end_of(serve_a_client);
	if (status)
		fail_msg("status %#x: line %d", status, WEXITSTATUS(status));
	status = end_of(serve_another);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	close(client);
	close(sandboxed_listener);
	sandboxed_listener = -1;
	close(other_listener);
	unlink("control");
	unlink("other");
}

static int terminal_fd;

static int set_terminal_modes(void)
{
	struct termios modes;

	NEEDS(!tcgetattr(terminal_fd, &modes));
	return tcsetattr(terminal_fd, TCSADRAIN, &modes) ? errno : GOOD;
}

/* What it allows, it allows in the tests after it as well. */
static void terminal_modes_are_set_only_by_who_draws_there(void **state)
{
	(void)state;
	terminal_fd = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(terminal_fd >= 0);
	assert_int_equal(end_of(set_terminal_modes), ENOSYS << 8);
	sandbox__keep_terminal();
	assert_int_equal(end_of(set_terminal_modes), GOOD);
	close(terminal_fd);
}

/* Without a program the kernel refuses what the sandbox lets pass. */
static int attach_a_program(void)
{
	NEEDS(syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, NULL, 0) < 0);
	NEEDS(errno != ENOSYS);
	return GOOD;
}

static int query_programs(void)
{
	return (int)syscall(SYS_bpf, BPF_PROG_QUERY, NULL, 0);
}

/* Likewise: in the tests after it, too. */
static void programs_are_attached_only_by_who_has_kept_some(void **state)
{
	int status = end_of(attach_a_program);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	sandbox__keep_attaching();
	assert_int_equal(end_of(attach_a_program), GOOD);
	status = end_of(query_programs);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_c_library_works),
		cmocka_unit_test(time_and_signals_work_without_the_vdso),
		cmocka_unit_test(isatty_of_every_library_is_answered),
		cmocka_unit_test(raise_of_every_library_signals_the_process),
		cmocka_unit_test(clients_come_in_at_the_control_socket_alone),
		cmocka_unit_test(terminal_modes_are_set_only_by_who_draws_there),
		cmocka_unit_test(programs_are_attached_only_by_who_has_kept_some),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
