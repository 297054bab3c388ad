// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include <siftr/time_units.h>

#include "rotating_run.h"

void play_flows(struct session *session, int rounds, __u32 packets_per_flow)
{
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < 40; i++)
			send_packet(packets_per_flow);
		drain_packets(session, 3);
		fake_ns += NSEC_PER_SEC / 100;
	}
}

void play_rounds(struct session *session, int rounds)
{
	play_flows(session, rounds, 50);
}

void begin(struct session *session, __u64 max_bytes, __u32 rotate)
{
	const struct options options = {
		.output = scratch_log, .max_bytes = max_bytes, .rotate = rotate};

	memset(&faults, 0, sizeof(faults));
	memset(&disk, 0, sizeof(disk));
	assert_int_equal(begin_run(session, &options), 0);
}

int begin_format(struct session *session, enum format_id format)
{
	const struct options options = {.output = scratch_log, .format = format};

	return begin_run(session, &options);
}

void play_on_failing_disk(struct session *session)
{
	faults = (struct faults){.on = true, .of = CALL_WRITE, .first = 1, .last = 3, .error = EIO};
	play_rounds(session, 60);
	faults.on = false;
}

void rename_log(const char *suffix)
{
	assert_int_equal(rename(scratch_log, scratch_file(suffix)), 0);
}

__u64 good_lines(const char *suffix, __u64 runs)
{
	struct findings_of_log found = check_log(scratch_file(suffix));

	assert_int_equal(found.defects, 0);
	assert_int_equal(found.runs, runs);
	return found.lines;
}

__u64 lines_of(const struct accounting *accounting)
{
	assert_int_equal(accounting__unexplained(accounting), 0);
	return accounting->lines[SIFTR_IN] + accounting->lines[SIFTR_OUT];
}
