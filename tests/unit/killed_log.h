/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs of killed runs with their checkpoints in a scratch directory, and the command's words. */
#ifndef SIFTR_TESTS_KILLED_LOG_H
#define SIFTR_TESTS_KILLED_LOG_H

#include "findings.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <getopt.h>
#include <sys/stat.h>

#include "commands/commands.h"
#include "output/checkpoint.h"
#include "report/report.h"

#define LOG_NAME   "a.log"
#define CHECKPOINT "a.log.1700000000.000042.checkpoint"

static char scratch[64];
static char said[8192], printed[8192];

static inline int make_scratch(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/siftr-repair-XXXXXX");
	return mkdtemp(scratch) && !chdir(scratch) ? 0 : -1;
}

static inline int remove_scratch(void **state)
{
	DIR *directory = opendir(".");
	const struct dirent *entry;

	(void)state;
	while ((entry = readdir(directory)))
		unlink(entry->d_name);
	closedir(directory);
	return chdir("/") ? -1 : rmdir(scratch);
}

static inline void write_log(const char *text)
{
	FILE *file = fopen(LOG_NAME, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What a file holds, terminated; the caller frees. */
static inline char *read_text(const char *name)
{
	FILE *file = fopen(name, "r");
	char *text = calloc(1, 4 << 20);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (4 << 20) - 1, file) > 0 || feof(file));
	fclose(file);
	return text;
}

static inline void assert_log(const char *expected)
{
	char *text = read_text(LOG_NAME);

	assert_string_equal(text, expected);
	free(text);
}

/* Which run: the one whose header, HEADER or like it, stands at `offset` of the log. */
static inline struct checkpoint_run run_at(__u64 offset, const char *header)
{
	struct checkpoint_run run = {.offset = offset, .header_bytes = strlen(header)};
	struct stat status;

	assert_int_equal(stat(LOG_NAME, &status), 0);
	run.inode = status.st_ino;
	strcpy(run.header, header);
	return run;
}

/* The path stays open, as the checkpoint needs it, until the next call. */
static inline int create_checkpoint(const char *path, const struct checkpoint_run *run,
				    struct checkpoint **checkpoint)
{
	static struct log_path log;

	log_path__close(&log);
	assert_int_equal(log_path__find(&log, path, "the log"), 0);
	return checkpoint__create(&log, (struct siftr_time){1700000000, 42}, run, checkpoint);
}

static inline struct checkpoint *make_checkpoint(__u64 offset)
{
	struct checkpoint_run run = run_at(offset, HEADER);
	struct checkpoint *checkpoint;

	assert_int_equal(create_checkpoint(LOG_NAME, &run, &checkpoint), 0);
	return checkpoint;
}

/* 3 and 2 packets skipped for their state, `in` and `out` that are lines or will be. */
static inline struct checkpoint_counts counts_of(__u64 in, __u64 out)
{
	return (struct checkpoint_counts){
		.totals = {.packets = {in + 3, out + 2}, .skipped_tcpcb = {3, 2}},
		.due = {in, out},
	};
}

/* The checkpoint that a killed run leaves, of 1700000002.000007. */
static inline void leave_checkpoint(__u64 offset, __u64 in, __u64 out)
{
	struct checkpoint *checkpoint = make_checkpoint(offset);
	struct checkpoint_counts counts = counts_of(in, out);

	assert_int_equal(checkpoint__set(checkpoint, (struct siftr_time){1700000002, 7}, &counts),
			 0);
	checkpoint__close(checkpoint);
}

static inline struct siftr_flow_key flow_to(const char *address, __u16 port)
{
	struct siftr_flow_key key = {.lport = 80, .fport = port, .family = 4};

	assert_int_equal(inet_pton(AF_INET, "10.0.0.1", key.laddr), 1);
	assert_int_equal(inet_pton(AF_INET, address, key.faddr), 1);
	return key;
}

static inline int exists(const char *name)
{
	return access(name, F_OK) == 0;
}

static inline void take_back(int stream, int saved, FILE *caught, char *text, size_t room)
{
	size_t bytes;

	dup2(saved, stream);
	close(saved);
	rewind(caught);
	bytes = fread(text, 1, room - 1, caught);
	text[bytes] = '\0';
	fclose(caught);
}

/* `siftr-bpf repair` with these words, NULL behind the last; the exit code. */
static inline int repair_with(char *const words[])
{
	int status, argc = 2, saved_out = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO);
	char *argv[8] = {"siftr-bpf", "repair"};
	FILE *out = tmpfile(), *err = tmpfile();
	struct options options;

	while (*words)
		argv[argc++] = *words++;
	fflush(stdout);
	fflush(stderr);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	optind = 0;
	status = options__parse(argc, argv, &options) ? EXIT_USAGE : command_repair(&options);
	fflush(stdout);
	fflush(stderr);
	take_back(STDOUT_FILENO, saved_out, out, printed, sizeof(printed));
	take_back(STDERR_FILENO, saved_err, err, said, sizeof(said));
	return status;
}

static inline int repair(const char *file)
{
	return repair_with((char *[]){(char *)file, NULL});
}

/* The log is good at one line per packet, and a second repair changes nothing. */
static inline void assert_repaired(void)
{
	char *text = read_text(LOG_NAME);

	judge(text, 1);
	assert_good();
	assert_int_equal(repair(LOG_NAME), 0);
	assert_string_equal(printed, LOG_NAME ": complete, nothing to repair\n");
	assert_string_equal(said, "");
	assert_log(text);
	free(text);
}

#endif
