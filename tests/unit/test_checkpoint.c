// SPDX-License-Identifier: BSD-2-Clause
/* A checkpoint is the last that was set, whatever is truncated, old, another's or gone. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "convert/flows.h"
#include "output/checkpoint_file.h"
#include "repair/checkpoint_load.h"

#include "../lib/killed_log.h"

#define SLOT_AT(number) (CHECKPOINT_SLOTS_AT + (number) % CHECKPOINT_SLOTS * CHECKPOINT_SLOT_BYTES)

static struct checkpoint_data kept;

/* What a repair would find, in `kept`; the state. */
static int load_as(const struct checkpoint_run *run, __u32 owner)
{
	int state, directory = open(".", O_PATH | O_DIRECTORY);
	struct checkpoint_list list;
	const char *name;

	checkpoint_load__free(&kept);
	assert_int_equal(checkpoint_list__read(&list, directory), 0);
	state = checkpoint_load__find(&list, run, (struct siftr_time){1700000000, 42}, owner, &kept,
				      &name);
	assert_true((state == CHECKPOINT_NONE) == (name == NULL));
	checkpoint_list__free(&list);
	close(directory);
	return state;
}

static int load(void)
{
	struct checkpoint_run run = run_at(0, HEADER);

	return load_as(&run, getuid());
}

static void set(struct checkpoint *checkpoint, __u64 in)
{
	const struct checkpoint_counts counts = counts_of(in, 0);

	assert_int_equal(
		checkpoint__set(checkpoint, (struct siftr_time){1700000000 + in, 5}, &counts), 0);
}

static void overwrite(size_t at, const void *bytes, size_t count)
{
	int fd = open(CHECKPOINT, O_WRONLY);

	assert_int_equal(pwrite(fd, bytes, count, (off_t)at), count);
	close(fd);
}

static int make_run(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER);
	return 0;
}

static int remove_run(void **state)
{
	(void)state;
	checkpoint_load__free(&kept);
	unlink(CHECKPOINT);
	return 0;
}

static void what_was_set_last_is_found_while_the_run_lives(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	const struct checkpoint_counts none = {}, nine = counts_of(9, 0);

	(void)state;
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_memory_equal(&kept.counts, &none, sizeof(none));
	assert_int_equal(kept.time.seconds, 1700000000);
	for (__u64 in = 1; in < 10; in++)
		set(checkpoint, in);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_memory_equal(&kept.counts, &nine, sizeof(nine));
	checkpoint__close(checkpoint);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_int_equal(kept.time.seconds, 1700000009);
}

static void a_new_checkpoint_is_not_for_everybody(void **state)
{
	mode_t mask = umask(0);
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct stat status;

	(void)state;
	umask(mask);
	assert_int_equal(stat(CHECKPOINT, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	checkpoint__remove(checkpoint);
	assert_false(file_exists(CHECKPOINT));
}

static void whatever_is_torn_of_the_newest_the_one_before_it_is_found(void **state)
{
	struct checkpoint_slot newest, torn;
	int fd;

	(void)state;
	for (size_t bytes = 0; bytes < sizeof(newest); bytes++) {
		struct checkpoint *checkpoint = make_checkpoint(0);

		set(checkpoint, 7);
		fd = open(CHECKPOINT, O_RDONLY);
		assert_int_equal(pread(fd, &torn, sizeof(torn), SLOT_AT(3)), sizeof(torn));
		set(checkpoint, 8);
		assert_int_equal(pread(fd, &newest, sizeof(newest), SLOT_AT(3)), sizeof(newest));
		close(fd);
		/* Of slot 3 the first bytes only have been written over slot 1. */
		memcpy(&torn, &newest, bytes);
		overwrite(SLOT_AT(3), &torn, sizeof(torn));
		assert_int_equal(load(), CHECKPOINT_GOOD);
		if (memcmp(&torn, &newest, sizeof(torn)) != 0)
			assert_int_equal(kept.counts.due[SIFTR_IN], 7);
		checkpoint__remove(checkpoint);
	}
}

static void damage_is_told_from_counts(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);

	(void)state;
	set(checkpoint, 7);
	overwrite(SLOT_AT(1), "x", 1);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	overwrite(SLOT_AT(2), "x", 1);
	assert_int_equal(load(), CHECKPOINT_DAMAGED);
	checkpoint__remove(checkpoint);
	checkpoint = make_checkpoint(0);
	overwrite(20, "x", 1);
	assert_int_equal(load(), CHECKPOINT_DAMAGED);
	overwrite(0, "siftrCP2", 8);
	assert_int_equal(load(), CHECKPOINT_NONE);
	checkpoint__close(checkpoint);
	assert_int_equal(truncate(CHECKPOINT, 0), 0);
	assert_int_equal(load(), CHECKPOINT_DAMAGED);
	unlink(CHECKPOINT);
	assert_int_equal(symlink("/dev/zero", CHECKPOINT), 0);
	assert_int_equal(load(), CHECKPOINT_NONE);
	unlink(CHECKPOINT);
	assert_int_equal(mkfifo(CHECKPOINT, 0600), 0);
	assert_int_equal(load(), CHECKPOINT_NONE);
	unlink(CHECKPOINT);
	assert_int_equal(load(), CHECKPOINT_NONE);
}

static void another_run_or_file_is_told_from_this_one(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(10);
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	assert_int_equal(load(), CHECKPOINT_OTHER);
	run.offset = 10;
	assert_int_equal(load_as(&run, getuid()), CHECKPOINT_GOOD);
	run.header[50]++;
	assert_int_equal(load_as(&run, getuid()), CHECKPOINT_OTHER);
	checkpoint__remove(checkpoint);
}

static void a_restored_log_is_told_from_a_copy_beside_it(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	run.inode++;
	assert_int_equal(load_as(&run, getuid()), CHECKPOINT_OTHER);
	/* Some other file may have the number of the one that was saved. */
	write_file(LOG_NAME, "");
	assert_int_equal(load_as(&run, getuid()), CHECKPOINT_GOOD);
	unlink(LOG_NAME);
	assert_int_equal(load_as(&run, getuid()), CHECKPOINT_GOOD);
	checkpoint__remove(checkpoint);
}

static void what_somebody_else_made_is_not_believed(void **state)
{
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	checkpoint__close(make_checkpoint(0));
	assert_int_equal(chown(CHECKPOINT, 12345, -1), 0);
	assert_int_equal(load_as(&run, 0), CHECKPOINT_FOREIGN);
	assert_int_equal(load_as(&run, 12345), CHECKPOINT_GOOD);
	assert_int_equal(chown(CHECKPOINT, 0, -1), 0);
	assert_int_equal(load_as(&run, 12345), CHECKPOINT_GOOD);
}

/* Who owns the directory may replace the log itself. */
static void what_a_run_left_to_the_directorys_owner_is_believed(void **state)
{
	struct checkpoint_run run = run_at(0, HEADER);
	struct stat status;

	(void)state;
	assert_int_equal(chown(".", 12345, -1), 0);
	checkpoint__close(make_checkpoint(0));
	assert_int_equal(stat(CHECKPOINT, &status), 0);
	assert_int_equal(status.st_uid, 12345);
	assert_int_equal(load_as(&run, 0), CHECKPOINT_GOOD);
	assert_int_equal(chown(".", 0, -1), 0);
	assert_int_equal(load_as(&run, 0), CHECKPOINT_FOREIGN);
}

static void what_has_the_name_already_is_left_alone(void **state)
{
	struct checkpoint_run run = run_at(0, HEADER);
	struct checkpoint *checkpoint;

	(void)state;
	assert_int_equal(symlink("victim", CHECKPOINT), 0);
	assert_int_equal(create_checkpoint(LOG_NAME, &run, &checkpoint), -EEXIST);
	assert_null(checkpoint);
	assert_false(file_exists("victim"));
	unlink(CHECKPOINT);
}

static void flows_are_found_once_they_are_set(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);

	(void)state;
	for (__u32 i = 0; i < 10000; i++) {
		key.isn = i;
		checkpoint__add_flow(checkpoint, &key);
	}
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_int_equal(kept.nr_flows, 0);
	set(checkpoint, 1);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_int_equal(kept.nr_flows, 10000);
	for (__u32 i = 0; i < 10000; i++) {
		key.isn = i;
		assert_memory_equal(&kept.flows[i], &key, sizeof(key));
	}
	overwrite(CHECKPOINT_FLOWS_AT + 77 * sizeof(struct checkpoint_flow), "?", 1);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_int_equal(kept.nr_flows, 9999);
	assert_int_equal(kept.flows_missing, 1);
	checkpoint__remove(checkpoint);
}

static void the_list_is_bounded_and_tells_what_it_lacks(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);
	struct stat status;

	(void)state;
	for (__u32 i = 0; i < CHECKPOINT_FLOWS_MAX + 3; i++)
		checkpoint__add_flow(checkpoint, &key);
	set(checkpoint, 1);
	assert_int_equal(stat(CHECKPOINT, &status), 0);
	assert_true(status.st_size <= 130 << 20);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_int_equal(kept.nr_flows, CHECKPOINT_FLOWS_MAX);
	assert_int_equal(kept.flows_missing, 3);
	checkpoint__remove(checkpoint);
}

static void a_full_disk_costs_flows_and_nothing_else(void **state)
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
	set(checkpoint, 1);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(load(), CHECKPOINT_GOOD);
	assert_int_equal(kept.counts.due[SIFTR_IN], 1);
	assert_int_equal(kept.flows_missing, 1);
	checkpoint__remove(checkpoint);
}

static void a_file_that_loses_its_ground_is_given_up_not_died_over(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	const struct checkpoint_counts counts = counts_of(1, 1);
	struct siftr_flow_key key = flow_to("10.0.0.2", 1);

	(void)state;
	set(checkpoint, 1);
	assert_int_equal(truncate(CHECKPOINT, 0), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(checkpoint__set(checkpoint, (struct siftr_time){9, 9}, &counts),
				 -EIO);
		checkpoint__add_flow(checkpoint, &key);
	}
	checkpoint__remove(checkpoint);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(what_was_set_last_is_found_while_the_run_lives),
		EACH(a_new_checkpoint_is_not_for_everybody),
		EACH(whatever_is_torn_of_the_newest_the_one_before_it_is_found),
		EACH(damage_is_told_from_counts),
		EACH(another_run_or_file_is_told_from_this_one),
		EACH(a_restored_log_is_told_from_a_copy_beside_it),
		EACH(what_has_the_name_already_is_left_alone),
		EACH(flows_are_found_once_they_are_set),
		EACH(the_list_is_bounded_and_tells_what_it_lacks),
		EACH(a_full_disk_costs_flows_and_nothing_else),
		EACH(a_file_that_loses_its_ground_is_given_up_not_died_over),
		EACH(what_somebody_else_made_is_not_believed),
		EACH(what_a_run_left_to_the_directorys_owner_is_believed),
	};
	/* The last one is for root alone. */
	size_t count = sizeof(tests) / sizeof(tests[0]) - (geteuid() != 0);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("checkpoint", tests, count, enter_scratch, leave_scratch);
}
