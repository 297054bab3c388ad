// SPDX-License-Identifier: BSD-2-Clause
#include "faulty_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <siftr/time_units.h>

struct faults faults;
struct disk disk;
__u64 fake_ns = NSEC_PER_SEC;

void arm_faults(int of, int first, int last, int error)
{
	faults =
		(struct faults){.of = of, .first = first, .last = last, .error = error, .on = true};
}

static bool is_faulty(enum call call)
{
	if (!faults.on || !(faults.of & call))
		return false;
	faults.calls++;
	if (faults.calls < faults.first || faults.calls > faults.last)
		return false;
	faults.happened++;
	return true;
}

/*
 * Whether this call has to fail: 0 if it goes on; otherwise errno is set and the call must return
 * -1.
 */
static int fails(enum call call)
{
	if (!is_faulty(call))
		return 0;
	if (faults.kill)
		kill(getpid(), SIGKILL);
	errno = faults.error;
	return faults.error;
}

/*
 * Takes space of the simulated disk for the bytes from offset `at` on. Returns how many fit; with
 * `all`, either all or none.
 */
static size_t take_space(int fd, __u64 at, size_t bytes, bool all)
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

static __u64 file_size(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? (__u64)status.st_size : 0;
}

ssize_t write(int fd, const void *text, size_t bytes)
{
	if (fd <= STDERR_FILENO)
		return syscall(SYS_write, fd, text, bytes);
	if (is_faulty(CALL_WRITE)) {
		if (faults.error && !(faults.short_first && faults.happened == 1)) {
			errno = faults.error;
			return -1;
		}
		bytes = (bytes + 1) / 2;
		if (faults.kill) {
			syscall(SYS_write, fd, text, bytes);
			kill(getpid(), SIGKILL);
		}
	}
	bytes = take_space(fd, file_size(fd), bytes, false);
	if (bytes)
		return syscall(SYS_write, fd, text, bytes);
	errno = ENOSPC;
	return -1;
}

int fallocate(int fd, int mode, off_t at, off_t bytes)
{
	if (fails(CALL_ALLOCATE))
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
	if (fails(CALL_TRUNCATE))
		return -1;
	if (disk.on && disk.allocated[fd] > (__u64)bytes) {
		disk.free_bytes += disk.allocated[fd] - (__u64)bytes;
		disk.allocated[fd] = (__u64)bytes;
	}
	return (int)syscall(SYS_ftruncate, fd, bytes);
}

/* Replaces fsync(2): succeeds without waiting for a real disk. */
int fsync(int fd)
{
	(void)fd;
	return fails(CALL_SYNC) ? -1 : 0;
}

int openat(int directory, const char *name, int flags, ...)
{
	va_list more;
	mode_t mode;
	int fd;

	va_start(more, flags);
	mode = va_arg(more, mode_t);
	va_end(more);
	/*
	 * Only files of the log are counted, not the directories on the way to it, which are
	 * opened with O_PATH.
	 */
	if (!(flags & O_PATH) && fails(CALL_OPEN))
		return -1;
	fd = (int)syscall(SYS_openat, directory, name, flags, mode);
	if (fd >= 0)
		disk.allocated[fd] = file_size(fd);
	return fd;
}

int renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	if (faults.name && strcmp(faults.name, from))
		return (int)syscall(SYS_renameat, from_directory, from, to_directory, to);
	return fails(CALL_RENAME)
		       ? -1
		       : (int)syscall(SYS_renameat, from_directory, from, to_directory, to);
}

int flock(int fd, int operation)
{
	return fails(CALL_LOCK) ? -1 : (int)syscall(SYS_flock, fd, operation);
}

int fstatvfs(int fd, struct statvfs *status)
{
	(void)fd;
	*status = (struct statvfs){.f_frsize = 1, .f_bavail = disk.on ? disk.free_bytes : 1 << 30};
	return 0;
}

/* The test's own clock: each call advances it by ten microseconds. */
int clock_gettime(clockid_t id, struct timespec *now)
{
	__u64 ns = fake_ns += 10000;

	if (id == CLOCK_REALTIME)
		ns += 1700000000ULL * NSEC_PER_SEC;
	*now = (struct timespec){(time_t)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC)};
	return 0;
}
