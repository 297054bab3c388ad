/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions that are killed in a child process, and what a repair makes of their files. */
#ifndef SIFTR_TESTS_KILLED_SESSION_H
#define SIFTR_TESTS_KILLED_SESSION_H

#include "synthetic_run.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include "commands/commands.h"

/* What the killed process leaves besides its files. */
struct testament {
	struct siftr_counters counted;	     /* by the kernel side */
	struct siftr_counters at_checkpoint; /* the same when the last checkpoint began */
	struct siftr_counters at_other_file; /* drained when the last file began */
	__u64 files;
	__u64 begun;
};

static struct testament *testament;

/* As fork(), with a new testament. */
static inline pid_t fork_session(void)
{
	pid_t child;

	memset(testament, 0, sizeof(*testament));
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	return child;
}

static inline void expect_killed(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* The path, until the next call, of the run's file `number`, 0 for the last. */
static inline const char *file_of_run(__u64 number)
{
	char suffix[24] = "";

	if (number)
		snprintf(suffix, sizeof(suffix), ".%llu", number);
	return scratch_file(suffix);
}

/* The exit code of `siftr-bpf repair FILE`; what it says is for people. */
static inline int repair(const char *file)
{
	const char *const files[] = {file};
	const struct options options = {.files = files, .nr_files = 1, .quiet = 1};
	int saved, null, status;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	close(null);
	report_set_level(REPORT_QUIET);
	status = command_repair(&options);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return status;
}

/* The packets that the one footer of a log counts. */
static inline __u64 footer_total(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned long long total = 0;
	char *line = NULL, *at = NULL;
	size_t room = 0;

	assert_non_null(file);
	while (!at && getline(&line, &room, file) > 0)
		at = strstr(line, "\ttotal_tcp_pkts=");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\ttotal_tcp_pkts=%llu", &total), 1);
	free(line);
	fclose(file);
	return total;
}

/* Packets that a footer counts. */
static inline __u64 seen(const struct siftr_counters *counters)
{
	__u64 sum = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		for (int outcome = SIFTR_SKIPPED_STATE; outcome <= SIFTR_RECORDS; outcome++)
			sum += counters->of[direction][outcome];
	return sum;
}

static inline int count_checkpoints(void)
{
	DIR *directory = opendir(scratch_directory);
	int count = 0;

	for (struct dirent *entry; (entry = readdir(directory));)
		count += strstr(entry->d_name, CHECKPOINT_SUFFIX) != NULL;
	closedir(directory);
	return count;
}

static inline int make_all(void **state)
{
	testament = mmap(NULL, sizeof(*testament), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return testament == MAP_FAILED ? -1 : make_scratch(state);
}

#endif
