// SPDX-License-Identifier: BSD-2-Clause
#include "killed_session.h"

#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct child_report *child_report;

pid_t fork_session(void)
{
	pid_t child;

	memset(child_report, 0, sizeof(*child_report));
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	return child;
}

void expect_killed(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

const char *file_of_run(__u64 number)
{
	char suffix[24] = "";

	if (number)
		snprintf(suffix, sizeof(suffix), ".%llu", number);
	return scratch_file(suffix);
}

__u64 footer_total(const char *path)
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

__u64 sum_of_footer(const struct siftr_counters *counters)
{
	__u64 sum = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		for (int outcome = SIFTR_SKIPPED_STATE; outcome <= SIFTR_RECORDS; outcome++)
			sum += counters->of[direction][outcome];
	return sum;
}

int count_checkpoints(void)
{
	DIR *directory = opendir(scratch_directory);
	int count = 0;

	for (struct dirent *entry; (entry = readdir(directory));)
		count += strstr(entry->d_name, CHECKPOINT_SUFFIX) != NULL;
	closedir(directory);
	return count;
}

int make_scratch_and_report(void **state)
{
	child_report = mmap(NULL, sizeof(*child_report), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return child_report == MAP_FAILED ? -1 : make_scratch(state);
}
