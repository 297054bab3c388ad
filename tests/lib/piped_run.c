// SPDX-License-Identifier: BSD-2-Clause
#include "piped_run.h"

#include <fcntl.h>
#include <unistd.h>

int begin_piped(struct session *session, const struct options *options, int *reader)
{
	int ends[2], saved, status;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(ends[1], STDOUT_FILENO);
	status = begin_run(session, options);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(ends[1]);
	*reader = ends[0];
	return status;
}

void send_packets(struct session *session, int count)
{
	for (int i = 0; i < count; i++)
		send_packet(50);
	drain_packets(session, 0);
}

size_t read_pipe(int reader, char bytes[PIPE_BYTES])
{
	size_t total = 0;
	ssize_t n;

	while ((n = read(reader, bytes + total, PIPE_BYTES - total)) > 0)
		total += (size_t)n;
	close(reader);
	return total;
}
