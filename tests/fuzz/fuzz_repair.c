// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any bytes as a log, whose first run has a checkpoint if the first byte is odd.
 * A repair must keep all well-formed lines; a second one must find nothing to do and come to the
 * verdict of a check.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/validate.h"
#include "output/checkpoint.h"
#include "read/dialect.h"
#include "read/field_parser.h"
#include "read/key_values.h"
#include "repair/scan.h"

#define LOG_NAME "log"
#define TEXT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

static int directory = -1;
static __u64 defects;

static void must(int holds)
{
	if (!holds)
		abort();
}

static void count(void *context, const struct diagnostic *defect)
{
	(void)context;
	(void)defect;
	defects++;
}

static void ignore(void *context, const struct diagnostic *note)
{
	(void)context;
	(void)note;
}

static const struct diagnostic_sink counting = {count, ignore, NULL},
				    ignoring = {ignore, ignore, NULL};

/* The directory of the log, in memory if possible, as each repair calls fsync(2). */
static char directory_path[] = "/dev/shm/siftr-fuzz-XXXXXX";

static void remove_directory(void)
{
	DIR *entries = fdopendir(directory);

	if (!entries)
		return;
	for (const struct dirent *entry; (entry = readdir(entries));)
		unlinkat(directory, entry->d_name, 0);
	closedir(entries);
	rmdir(directory_path);
}

static void make_directory(void)
{
	if (directory >= 0)
		return;
	if (!mkdtemp(directory_path)) {
		strcpy(directory_path, "/tmp/siftr-fuzz-XXXXXX");
		must(mkdtemp(directory_path) != NULL);
	}
	directory = open(directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(directory >= 0);
	atexit(remove_directory);
}

static int make_log(const char *text, size_t bytes)
{
	int fd = openat(directory, LOG_NAME, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, text, bytes) == (ssize_t)bytes && lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/*
 * Makes a checkpoint for the run at the start of the text, if it begins with a header. Stores its
 * name in `name`.
 */
static void make_checkpoint(int fd, const char *text, size_t bytes, char *name)
{
	const char *end = memchr(text, '\n', bytes);
	struct checkpoint_counts counts = {.totals = {.packets = {9, 7}}, .due = {2, 1}};
	struct checkpoint_run run = {.header_bytes = end ? (size_t)(end + 1 - text) : 0};
	const struct log_path path = {.name = LOG_NAME, .directory_fd = directory};
	struct checkpoint *checkpoint;
	struct header_values header = {};
	struct siftr_time begun;
	struct stat status;

	if (!end || run.header_bytes > sizeof(run.header) ||
	    key_values__header(1, text, (size_t)(end - text), &header, &ignoring))
		return;
	must(fstat(fd, &status) == 0);
	run.inode = status.st_ino;
	memcpy(run.header, text, run.header_bytes);
	begun = (struct siftr_time){header.time_us / 1000000, (__u32)(header.time_us % 1000000)};
	snprintf(name, NAME_MAX, LOG_NAME ".%llu.%06u" CHECKPOINT_SUFFIX, begun.seconds,
		 begun.microseconds);
	must(checkpoint__create(&path, begun, &run, &checkpoint) == 0);
	checkpoint__set(checkpoint, begun, &counts);
	checkpoint__close(checkpoint);
}

/* Advances *at to the next well-formed header or data line; returns its length or 0. */
static size_t next_good(const char **at, const char *end)
{
	static char room[TEXT_MAX + 64];
	const char *stop;

	for (; *at < end && (stop = memchr(*at, '\n', (size_t)(end - *at))); *at = stop + 1) {
		size_t bytes = (size_t)(stop - *at);
		struct header_values header = {};
		struct data_line line;

		memcpy(room, *at, bytes + 1);
		memset(room + bytes + 1, 0, 63);
		if (field_parser__data_line(room, &line) ||
		    (!strncmp(room, "enable_time_secs", 16) &&
		     !key_values__header(1, room, bytes, &header, &ignoring)))
			return bytes + 1;
	}
	return 0;
}

/*
 * Asserts that the new text has all well-formed lines of the old one, in their order, and at most
 * one more: a last line that lacked only its end may have been completed.
 */
static void keeps_lines(const char *old, size_t old_bytes, const char *new, size_t new_bytes)
{
	const char *old_end = old + old_bytes, *new_end = new + new_bytes;
	size_t bytes;

	while ((bytes = next_good(&old, old_end))) {
		must(next_good(&new, new_end) == bytes && !memcmp(old, new, bytes));
		old += bytes;
		new += bytes;
	}
	new += next_good(&new, new_end);
	must(!next_good(&new, new_end));
}

static size_t read_log(char *text)
{
	int fd = openat(directory, LOG_NAME, O_RDONLY | O_CLOEXEC);
	ssize_t bytes = read(fd, text, TEXT_MAX);

	must(bytes >= 0 && bytes < TEXT_MAX);
	close(fd);
	return (size_t)bytes;
}

static void is_settled(void)
{
	int fd = openat(directory, LOG_NAME, O_RDWR | O_CLOEXEC);
	struct validate_result result;
	struct plan plan;

	must(fd >= 0 && scan__log(fd, directory, directory, &plan) == 0);
	must(!plan.nr_runs && !plan.edits.has_last && !plan.edits.copying);
	defects = 0;
	must(lseek(fd, 0, SEEK_SET) == 0 && validate__log(fd, 0, &counting, &result) == 0);
	must((defects != 0) == (plan.defects != 0 || plan.empty));
	plan__free(&plan);
	close(fd);
}

static void repair(int fd, const char *text, size_t bytes)
{
	static char repaired[TEXT_MAX];
	struct plan plan;
	int new_fd = -1, err = scan__log(fd, directory, directory, &plan);

	must(err == 0 || err == -EBADMSG || err == -EBADF);
	if (!err) {
		must(file_patch__apply(&plan.edits, LOG_NAME, &new_fd) == 0);
		plan__remove_checkpoints(&plan, directory);
		keeps_lines(text, bytes, repaired, read_log(repaired));
		is_settled();
	}
	if (new_fd >= 0)
		close(new_fd);
	plan__free(&plan);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	const char *text = (const char *)data + 1;
	char checkpoint[NAME_MAX + 1] = "";
	struct dialect dialect;
	int fd;

	if (bytes == 0 || bytes > TEXT_MAX / 2)
		return 0;
	make_directory();
	fd = make_log(text, bytes - 1);
	if (data[0] & 1)
		make_checkpoint(fd, text, bytes - 1, checkpoint);
	must(dialect__of_file(fd, &dialect) == 0);
	if (dialect__is_supported(&dialect))
		repair(fd, text, bytes - 1);
	if (*checkpoint)
		unlinkat(directory, checkpoint, 0);
	close(fd);
	return 0;
}
