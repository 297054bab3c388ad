// SPDX-License-Identifier: BSD-2-Clause
#include "killed_log.h"

#include <arpa/inet.h>
#include <sys/stat.h>

struct checkpoint_run run_at(__u64 offset, const char *header)
{
	struct checkpoint_run run = {.offset = offset, .header_bytes = strlen(header)};
	struct stat status;

	assert_int_equal(stat(LOG_NAME, &status), 0);
	run.inode = status.st_ino;
	strcpy(run.header, header);
	return run;
}

int create_checkpoint(const char *path, const struct checkpoint_run *run,
		      struct checkpoint **checkpoint)
{
	static struct log_path log;

	log_path__close(&log);
	assert_int_equal(log_path__find(&log, path, "the log"), 0);
	return checkpoint__create(&log, (struct siftr_time){1700000000, 42}, run, checkpoint);
}

struct checkpoint *make_checkpoint(__u64 offset)
{
	struct checkpoint_run run = run_at(offset, HEADER);
	struct checkpoint *checkpoint;

	assert_int_equal(create_checkpoint(LOG_NAME, &run, &checkpoint), 0);
	return checkpoint;
}

struct checkpoint_counts counts_of(__u64 in, __u64 out)
{
	return (struct checkpoint_counts){
		.totals = {.packets = {in + 3, out + 2}, .skipped_tcpcb = {3, 2}},
		.due = {in, out},
	};
}

void leave_checkpoint(__u64 offset, __u64 in, __u64 out)
{
	struct checkpoint *checkpoint = make_checkpoint(offset);
	struct checkpoint_counts counts = counts_of(in, out);

	assert_int_equal(checkpoint__set(checkpoint, (struct siftr_time){1700000002, 7}, &counts),
			 0);
	checkpoint__close(checkpoint);
}

struct siftr_flow_key flow_to(const char *address, __u16 port)
{
	struct siftr_flow_key key = {.lport = 80, .fport = port, .family = 4};

	assert_int_equal(inet_pton(AF_INET, "10.0.0.1", key.laddr), 1);
	assert_int_equal(inet_pton(AF_INET, address, key.faddr), 1);
	return key;
}

void assert_repaired(void)
{
	char *text = read_file(LOG_NAME, NULL);

	judge(text, 1);
	assert_good();
	assert_int_equal(repair(LOG_NAME), 0);
	assert_string_equal(captured_stdout, LOG_NAME ": complete, nothing to repair\n");
	assert_string_equal(captured_stderr, "");
	assert_file(LOG_NAME, text);
	free(text);
}
