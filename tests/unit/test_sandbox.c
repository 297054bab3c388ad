// SPDX-License-Identifier: BSD-2-Clause
/* What the process may do once tracing is on, each tried in a child of its own. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_capability_is_left_and_none_comes_back),
		cmocka_unit_test(a_log_can_be_written_rotated_and_removed),
		cmocka_unit_test(root_becomes_the_owner_of_the_logs_directory),
		cmocka_unit_test(root_becomes_nobody_where_no_file_is_to_be_made),
		cmocka_unit_test(root_reaches_no_file_outside_the_logs_directory),
	};
	/* The last test needs root. */
	size_t count = ARRAY_SIZE(tests) - (geteuid() != 0);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("sandbox", tests, count, enter_scratch, leave_scratch);
}
