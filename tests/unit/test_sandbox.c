// SPDX-License-Identifier: BSD-2-Clause
/* What the process may do once tracing is on, each tried in a child of its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/sandboxed_child.h"
#include "../lib/scratch.h"
#include "service/sandbox.h"

static int nothing_is_left(void)
{
	static const char *const wanted[] = {
		"CapInh:\t0000000000000000",
		"CapPrm:\t0000000000000000",
		"CapEff:\t0000000000000000",
		"CapAmb:\t0000000000000000",
		"NoNewPrivs:\t1",
		"Seccomp:\t2",
	};
	char text[8192];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t bytes = read(fd, text, sizeof(text) - 1);

	text[bytes > 0 ? bytes : 0] = '\0';
	close(fd);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strstr(text, wanted[i]))
			return 1 + (int)i;
	return GOOD;
}

static void no_capability_is_left_and_none_comes_back(void **state)
{
	(void)state;
	assert_int_equal(end_of(nothing_is_left), GOOD);
}

static int look_after_a_log(void)
{
	struct stat status;
	struct statfs disk;
	char *memory;
	int fd = open("log", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	NEEDS(fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB) && !fstat(fd, &status));
	NEEDS(write(fd, "line\n", 5) == 5 && !ftruncate(fd, 4) && !fsync(fd) && !fdatasync(fd));
	NEEDS(!posix_fallocate(fd, 0, 8192) && !fstatfs(fd, &disk));
	NEEDS(lseek(fd, 0, SEEK_SET) == 0 && fcntl(fd, F_GETFL) >= 0);
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	NEEDS(memory != MAP_FAILED);
	memory[0] = 'L';
	NEEDS(!msync(memory, 4096, MS_SYNC) && !munmap(memory, 4096));
	NEEDS(!rename("log", "log.1") && !stat("log.1", &status) && access("log", F_OK));
	return close(fd) || unlink("log.1") ? __LINE__ : GOOD;
}

static void a_log_can_be_written_rotated_and_removed(void **state)
{
	int status = end_with_log("log", look_after_a_log);

	(void)state;
	if (status)
		fail_msg("status %#x: line %d", status, WEXITSTATUS(status));
}

static int replace_a_log(void)
{
	int fd;

	NEEDS(geteuid() == NOBODY && getuid() == NOBODY && getegid() == NOBODY);
	NEEDS(!rename("theirs/log", "theirs/log.1"));
	fd = open("theirs/log", O_WRONLY | O_CREAT | O_EXCL, 0640);
	NEEDS(fd >= 0 && !close(fd));
	NEEDS(!unlink("theirs/log") && !unlink("theirs/log.1"));
	return nothing_is_left();
}

static void root_becomes_the_owner_of_the_logs_directory(void **state)
{
	int status;

	(void)state;
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(mkdir("theirs", 0755), 0);
	assert_int_equal(mknod("theirs/log", S_IFREG | 0640, 0), 0);
	assert_int_equal(chown("theirs", NOBODY, NOBODY), 0);
	status = end_with_log("theirs/log", replace_a_log);
	if (status)
		fail_msg("status %#x: line %d", status, WEXITSTATUS(status));
	assert_int_equal(rmdir("theirs"), 0);
}

static int be_nobody(void)
{
	NEEDS(geteuid() == NOBODY && getuid() == NOBODY && getegid() == NOBODY);
	NEEDS(getgroups(0, NULL) <= 0);
	return nothing_is_left();
}

static void root_becomes_nobody_where_no_file_is_to_be_made(void **state)
{
	(void)state;
	assert_int_equal(end_of(be_nobody), GOOD);
}

static int reach_for_other_files(void)
{
	struct stat status;
	int fd = open("logs/log", O_RDWR | O_CREAT | O_EXCL, 0640);

	NEEDS(geteuid() == 0 && fd >= 0 && write(fd, "x", 1) == 1 && !ftruncate(fd, 0));
	NEEDS(!close(fd) && !rename("logs/log", "logs/log.1"));
	NEEDS(!unlink("logs/log.1"));
	NEEDS(open("new", O_WRONLY | O_CREAT, 0640) < 0 && errno == EACCES);
	NEEDS(open("log", O_WRONLY) < 0 && errno == EACCES);
	NEEDS(open("log", O_RDONLY) < 0 && errno == EACCES);
	NEEDS(unlink("log") < 0 && errno == EACCES);
	NEEDS(rename("log", "logs/log") < 0 && !stat("log", &status));
	return GOOD;
}

/* Whether this kernel has Landlock and it is enabled. */
static bool has_landlock(void)
{
	return syscall(444, NULL, 0, 1) > 0;
}

static void root_reaches_no_file_outside_the_logs_directory(void **state)
{
	int status;

	(void)state;
	if (!has_landlock())
		skip();
	assert_int_equal(mkdir("logs", 0755), 0);
	assert_int_equal(mknod("log", S_IFREG | 0640, 0), 0);
	status = end_with_log("logs/log", reach_for_other_files);
	assert_int_equal(rmdir("logs"), 0);
	if (status)
		fail_msg("status %#x: line %d", status, WEXITSTATUS(status));
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_capability_is_left_and_none_comes_back),
		cmocka_unit_test(a_log_can_be_written_rotated_and_removed),
		cmocka_unit_test(the_c_library_works),
		cmocka_unit_test(time_and_signals_work_without_the_vdso),
		cmocka_unit_test(isatty_of_every_library_is_answered),
		cmocka_unit_test(raise_of_every_library_signals_the_process),
		cmocka_unit_test(clients_come_in_at_the_control_socket_alone),
		cmocka_unit_test(root_becomes_the_owner_of_the_logs_directory),
		cmocka_unit_test(root_becomes_nobody_where_no_file_is_to_be_made),
		cmocka_unit_test(terminal_modes_are_set_only_by_who_draws_there),
		cmocka_unit_test(root_reaches_no_file_outside_the_logs_directory),
	};
	/* The last test needs root. */
	size_t count = ARRAY_SIZE(tests) - (geteuid() != 0);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("sandbox", tests, count, enter_scratch, leave_scratch);
}
