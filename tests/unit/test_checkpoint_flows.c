// SPDX-License-Identifier: BSD-2-Clause
/*
 * The list of flows in a checkpoint: how many flows it holds, and that a full disk loses flows but
 * not the counts.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/checkpoint_file.h"

#include "../lib/checkpoint_fixture.h"

static void flows_are_loaded_once_they_are_set(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);

	(void)state;
	for (__u32 i = 0; i < 10000; i++) {
		key.isn = i;
		checkpoint__add_flow(checkpoint, &key);
	}
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_int_equal(loaded.nr_flows, 0);
	set_checkpoint(checkpoint, 1);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_int_equal(loaded.nr_flows, 10000);
	for (__u32 i = 0; i < 10000; i++) {
		key.isn = i;
		assert_memory_equal(&loaded.flows[i], &key, sizeof(key));
	}
	overwrite_checkpoint(CHECKPOINT_FLOWS_AT + 77 * sizeof(struct checkpoint_flow), "?", 1);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_int_equal(loaded.nr_flows, 9999);
	assert_int_equal(loaded.flows_missing, 1);
	checkpoint__remove(checkpoint);
}

static void the_list_is_bounded_and_counts_what_it_lacks(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);
	struct stat status;

	(void)state;
	for (__u32 i = 0; i < CHECKPOINT_FLOWS_MAX + 3; i++)
		checkpoint__add_flow(checkpoint, &key);
	set_checkpoint(checkpoint, 1);
	assert_int_equal(stat(CHECKPOINT, &status), 0);
	assert_true(status.st_size <= 130 << 20);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_int_equal(loaded.nr_flows, CHECKPOINT_FLOWS_MAX);
	assert_int_equal(loaded.flows_missing, 3);
	checkpoint__remove(checkpoint);
}

static void a_full_disk_loses_flows_and_nothing_else(void **state)
{
	struct rlimit old, small = {CHECKPOINT_FLOWS_AT, CHECKPOINT_FLOWS_AT};
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	checkpoint__add_flow(checkpoint, &key);
	set_checkpoint(checkpoint, 1);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_int_equal(loaded.counts.due[SIFTR_IN], 1);
	assert_int_equal(loaded.flows_missing, 1);
	checkpoint__remove(checkpoint);
}

static void a_mapping_that_is_gone_is_given_up_without_a_crash(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	const struct checkpoint_counts counts = counts_of(1, 1);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);

	(void)state;
	set_checkpoint(checkpoint, 1);
	assert_int_equal(truncate(CHECKPOINT, 0), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(checkpoint__set(checkpoint, (struct siftr_time){9, 9}, &counts),
				 -EIO);
		checkpoint__add_flow(checkpoint, &key);
	}
	checkpoint__remove(checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECKPOINT_TEST(flows_are_loaded_once_they_are_set),
		CHECKPOINT_TEST(the_list_is_bounded_and_counts_what_it_lacks),
		CHECKPOINT_TEST(a_full_disk_loses_flows_and_nothing_else),
		CHECKPOINT_TEST(a_mapping_that_is_gone_is_given_up_without_a_crash),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
