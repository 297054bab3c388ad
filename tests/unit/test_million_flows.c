// SPDX-License-Identifier: BSD-2-Clause
/*
 * A million connections: memory stays bounded, and the footer with all of them takes no more than a
 * few times as long as a line for each.
 */
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "capture/clock.h"
#include "convert/flows.h"

#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"
#include "../lib/synthetic_run.h"

#define FLOWS 1000000U
/* AddressSanitizer keeps an eighth of all memory and zones around each allocation for itself. */
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_KIB (300 * 1024)
#else
#define MEMORY_KIB (200 * 1024)
#endif
/*
 * The footer may take at most so many times the CPU time of the lines; seconds would depend on the
 * machine.
 */
#define FOOTER_RATIO 6
#define BATCH	     FLOWS_BATCH

/* Replaces fsync(2): the file of 250 MB is in memory and removed at once. */
int fsync(int fd)
{
	(void)fd;
	return 0;
}

/* CPU time of the process, so that a busy machine does not matter. */
static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + now.tv_nsec / 1e9;
}

static void log_flows(struct session *session)
{
	static struct siftr_record storage[BATCH];
	const struct siftr_record *records[BATCH];
	struct siftr_flow_key key;

	for (__u32 flow = 0; flow < FLOWS; flow += BATCH) {
		for (__u32 i = 0; i < BATCH; i++) {
			storage[i] = idle_record();
			storage[i].time_ns = clock__monotonic_ns();
			storage[i].flow = flow + i + 1;
			key = i % 2 ? key_number(flow + i) : ipv6_key_number(flow + i);
			announce(session->flows, flow + i + 1, &key);
			records[i] = &storage[i];
		}
		kernel_counters.of[SIFTR_IN][SIFTR_RECORDS] += BATCH;
		session__log(session, records, BATCH);
	}
	session__flush(session);
}

static void a_million_flows_take_bounded_memory_and_time(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct rusage usage;
	struct accounting accounting;
	double began, logged, ended;

	(void)state;
	began = cpu_seconds();
	assert_int_equal(begin_run(&session, &options), 0);
	log_flows(&session);
	logged = cpu_seconds();
	assert_int_equal(end_run(&session, &accounting), 0);
	ended = cpu_seconds();
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	print_message("# lines in %.2f s of CPU, footer in %.2f s, %ld KiB at most\n",
		      logged - began, ended - logged, usage.ru_maxrss);
	assert_true(ended - logged < FOOTER_RATIO * (logged - began));
	assert_true(usage.ru_maxrss < MEMORY_KIB);
	assert_int_equal(accounting.flows, FLOWS);
	assert_int_equal(check_log(scratch_log).defects, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_million_flows_take_bounded_memory_and_time,
						make_scratch, remove_all_scratch),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
