// SPDX-License-Identifier: BSD-2-Clause
/*
 * The constants of the Landlock ABI are defined here, because the kernel headers and the
 * C library of a build host may be older than Linux 5.13.
 */
#include "service/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/types.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule	    445
#define SYS_landlock_restrict_self  446
#endif

#define ASK_VERSION	  1
#define RULE_PATH_BENEATH 1

#define WRITE_FILE    (1ULL << 1)
#define READ_FILE     (1ULL << 2)
#define READ_DIR      (1ULL << 3)
#define REMOVE_FILE   (1ULL << 5)
#define MAKE_REG      (1ULL << 8)
#define TRUNCATE      (1ULL << 14)
#define FIRST_VERSION ((1ULL << 13) - 1) /* all rights of ABI version 1 */
#define REFER	      (1ULL << 13)	 /* from ABI version 2 on */

struct ruleset {
	__u64 handled_access_fs;
};

struct path_beneath {
	__u64 allowed_access;
	__s32 parent_fd;
} __attribute__((packed));

/*
 * The kinds of access that are restricted, of those that this version of Landlock knows: every one
 * of them is denied unless a rule allows it.
 */
static __u64 handled_by(long version)
{
	return FIRST_VERSION | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0);
}

static int allow(int ruleset_fd, int directory_fd, __u64 access)
{
	const struct path_beneath rule = {access, directory_fd};

	return syscall(SYS_landlock_add_rule, ruleset_fd, RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno
											   : 0;
}

/*
 * Allows reading in /proc, where the kernel shows the suppressed runs of the programs and the
 * paths of open files.
 */
static int allow_proc(int ruleset_fd)
{
	int err, fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	err = allow(ruleset_fd, fd, READ_FILE | READ_DIR);
	close(fd);
	return err;
}

static int restrict_to(int ruleset_fd, const int directories[], size_t count, __u64 access)
{
	int err = allow_proc(ruleset_fd);

	for (size_t i = 0; i < count && !err; i++)
		err = allow(ruleset_fd, directories[i], access);
	if (!err && syscall(SYS_landlock_restrict_self, ruleset_fd, 0) < 0)
		err = -errno;
	return err;
}

int landlock__enter(const int directories[], size_t count)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	struct ruleset ruleset = {.handled_access_fs = handled_by(version)};
	const __u64 access = WRITE_FILE | READ_FILE | READ_DIR | REMOVE_FILE | MAKE_REG | TRUNCATE;
	int fd, err;

	if (version < 0)
		return -errno;
	fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	if (fd < 0)
		return -errno;
	err = restrict_to(fd, directories, count, access & ruleset.handled_access_fs);
	close(fd);
	return err;
}
