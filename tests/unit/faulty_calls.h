/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's calls that a log goes through, taken over by the test program that
 * includes this once: each can be made to fail, to come up short or to be the last
 * thing the process does. A disk of a given size and a clock of its own come with them.
 */
#ifndef SIFTR_TESTS_FAULTY_CALLS_H
#define SIFTR_TESTS_FAULTY_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/types.h>

enum call {
	CALL_WRITE = 1,
	CALL_TRUNCATE = 2,
	CALL_ALLOCATE = 4,
	CALL_SYNC = 8,
	CALL_OPEN = 16,
	CALL_RENAME = 32,
	CALL_LOCK = 64,
	CALL_ANY = 127
};

/* Calls of the kinds `of` are numbered from 1; those from `first` to `last` are faulty. */
static struct {
	bool on;
	int of;
	int first, last;
	int error;	  /* errno, or 0: a write is short, any other call succeeds */
	bool torn;	  /* the first faulty write is short, the others fail */
	bool kill;	  /* the process ends instead, a write having got half way */
	const char *name; /* of the file that is renamed; NULL: any */
	int calls;	  /* seen */
	int happened;	  /* faulty ones */
} faults;

/* Files of a disk that has `free_bytes` left and no blocks: every byte counts. */
static struct {
	bool on;
	__u64 free_bytes;
	__u64 allocated[64]; /* by descriptor: bytes of the file's that are its own */
} disk;

static __u64 fake_ns = 1000000000ULL;

static inline bool is_faulty(enum call call)
{
	if (!faults.on || !(faults.of & call))
		return false;
	faults.calls++;
	if (faults.calls < faults.first || faults.calls > faults.last)
		return false;
	faults.happened++;
	return true;
}

/* 0: go on with the call; else its result is -1. */
static inline int goes_wrong(enum call call)
{
	if (!is_faulty(call))
		return 0;
	if (faults.kill)
		kill(getpid(), SIGKILL);
	errno = faults.error;
	return faults.error;
}

/* How many of the bytes from `at` on the disk takes. */
static inline size_t take_space(int fd, __u64 at, size_t bytes, bool all)
{
	__u64 end = at + bytes, had = disk.allocated[fd] > at ? disk.allocated[fd] : at, more;

	if (!disk.on || end <= had)
		return bytes;
	more = end - had;
	if (more > disk.free_bytes && all)
		return 0;
	if (more > disk.free_bytes)
		more = disk.free_bytes;
	disk.free_bytes -= more;
	disk.allocated[fd] = had + more;
	return (size_t)(had + more - at);
}

static inline __u64 end_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? (__u64)status.st_size : 0;
}

ssize_t write(int fd, const void *text, size_t bytes)
{
	if (fd <= STDERR_FILENO)
		return syscall(SYS_write, fd, text, bytes);
	if (is_faulty(CALL_WRITE)) {
		if (faults.error && !(faults.torn && faults.happened == 1)) {
			errno = faults.error;
			return -1;
		}
		bytes = (bytes + 1) / 2;
		if (faults.kill) {
			syscall(SYS_write, fd, text, bytes);
			kill(getpid(), SIGKILL);
		}
	}
	bytes = take_space(fd, end_of(fd), bytes, false);
	if (bytes)
		return syscall(SYS_write, fd, text, bytes);
	errno = ENOSPC;
	return -1;
}

int fallocate(int fd, int mode, off_t at, off_t bytes)
{
	if (goes_wrong(CALL_ALLOCATE))
		return -1;
	if (!disk.on)
		return (int)syscall(SYS_fallocate, fd, mode, at, bytes);
	if (take_space(fd, (__u64)at, (size_t)bytes, true))
		return 0;
	errno = ENOSPC;
	return -1;
}

int ftruncate(int fd, off_t bytes)
{
	if (goes_wrong(CALL_TRUNCATE))
		return -1;
	if (disk.on && disk.allocated[fd] > (__u64)bytes) {
		disk.free_bytes += disk.allocated[fd] - (__u64)bytes;
		disk.allocated[fd] = (__u64)bytes;
	}
	return (int)syscall(SYS_ftruncate, fd, bytes);
}

/* Waiting for a real disk is not what these tests are about. */
int fsync(int fd)
{
	(void)fd;
	return goes_wrong(CALL_SYNC) ? -1 : 0;
}

int openat(int directory, const char *name, int flags, ...)
{
	va_list more;
	mode_t mode;
	int fd;

	va_start(more, flags);
	mode = va_arg(more, mode_t);
	va_end(more);
	/* Ways to a file are no calls that it goes through. */
	if (!(flags & O_PATH) && goes_wrong(CALL_OPEN))
		return -1;
	fd = (int)syscall(SYS_openat, directory, name, flags, mode);
	if (fd >= 0)
		disk.allocated[fd] = end_of(fd);
	return fd;
}

int renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	if (faults.name && strcmp(faults.name, from))
		return (int)syscall(SYS_renameat, from_directory, from, to_directory, to);
	return goes_wrong(CALL_RENAME)
		       ? -1
		       : (int)syscall(SYS_renameat, from_directory, from, to_directory, to);
}

int flock(int fd, int operation)
{
	return goes_wrong(CALL_LOCK) ? -1 : (int)syscall(SYS_flock, fd, operation);
}

int fstatvfs(int fd, struct statvfs *status)
{
	(void)fd;
	*status = (struct statvfs){.f_frsize = 1, .f_bavail = disk.on ? disk.free_bytes : 1 << 30};
	return 0;
}

/* Ten microseconds from one look to the next, for both clocks. */
int clock_gettime(clockid_t id, struct timespec *now)
{
	__u64 ns = fake_ns += 10000;

	if (id == CLOCK_REALTIME)
		ns += 1700000000ULL * 1000000000ULL;
	*now = (struct timespec){(time_t)(ns / 1000000000ULL), (long)(ns % 1000000000ULL)};
	return 0;
}

#endif
