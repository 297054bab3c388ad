// SPDX-License-Identifier: BSD-2-Clause
/* A checkpoint is the last that was set, whatever is truncated, old, another's or gone. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/checkpoint_file.h"

#include "../lib/checkpoint_fixture.h"

#define SLOT_AT(number) (CHECKPOINT_SLOTS_AT + (number) % CHECKPOINT_SLOTS * CHECKPOINT_SLOT_BYTES)

static void what_was_set_last_is_found_while_the_run_lives(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	const struct checkpoint_counts none = {}, nine = counts_of(9, 0);

	(void)state;
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_memory_equal(&loaded.counts, &none, sizeof(none));
	assert_int_equal(loaded.time.seconds, 1700000000);
	for (__u64 in = 1; in < 10; in++)
		set_checkpoint(checkpoint, in);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_memory_equal(&loaded.counts, &nine, sizeof(nine));
	checkpoint__close(checkpoint);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	assert_int_equal(loaded.time.seconds, 1700000009);
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

		set_checkpoint(checkpoint, 7);
		fd = open(CHECKPOINT, O_RDONLY);
		assert_int_equal(pread(fd, &torn, sizeof(torn), SLOT_AT(3)), sizeof(torn));
		set_checkpoint(checkpoint, 8);
		assert_int_equal(pread(fd, &newest, sizeof(newest), SLOT_AT(3)), sizeof(newest));
		close(fd);
		/* Of slot 3 the first bytes only have been written over slot 1. */
		memcpy(&torn, &newest, bytes);
		overwrite_checkpoint(SLOT_AT(3), &torn, sizeof(torn));
		assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
		if (memcmp(&torn, &newest, sizeof(torn)) != 0)
			assert_int_equal(loaded.counts.due[SIFTR_IN], 7);
		checkpoint__remove(checkpoint);
	}
}

static void damage_is_told_from_counts(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);

	(void)state;
	set_checkpoint(checkpoint, 7);
	overwrite_checkpoint(SLOT_AT(1), "x", 1);
	assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
	overwrite_checkpoint(SLOT_AT(2), "x", 1);
	assert_int_equal(load_checkpoint(), CHECKPOINT_DAMAGED);
	checkpoint__remove(checkpoint);
	checkpoint = make_checkpoint(0);
	overwrite_checkpoint(20, "x", 1);
	assert_int_equal(load_checkpoint(), CHECKPOINT_DAMAGED);
	overwrite_checkpoint(0, "siftrCP2", 8);
	assert_int_equal(load_checkpoint(), CHECKPOINT_NONE);
	checkpoint__close(checkpoint);
	assert_int_equal(truncate(CHECKPOINT, 0), 0);
	assert_int_equal(load_checkpoint(), CHECKPOINT_DAMAGED);
	unlink(CHECKPOINT);
	assert_int_equal(symlink("/dev/zero", CHECKPOINT), 0);
	assert_int_equal(load_checkpoint(), CHECKPOINT_NONE);
	unlink(CHECKPOINT);
	assert_int_equal(mkfifo(CHECKPOINT, 0600), 0);
	assert_int_equal(load_checkpoint(), CHECKPOINT_NONE);
	unlink(CHECKPOINT);
	assert_int_equal(load_checkpoint(), CHECKPOINT_NONE);
}

static void another_run_or_file_is_told_from_this_one(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(10);
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	assert_int_equal(load_checkpoint(), CHECKPOINT_OTHER);
	run.offset = 10;
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_GOOD);
	run.header[50]++;
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_OTHER);
	checkpoint__remove(checkpoint);
}

static void a_restored_log_is_told_from_a_copy_beside_it(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	run.inode++;
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_OTHER);
	/* Some other file may have the number of the one that was saved. */
	write_file(LOG_NAME, "");
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_GOOD);
	unlink(LOG_NAME);
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_GOOD);
	checkpoint__remove(checkpoint);
}

static void what_somebody_else_made_is_not_believed(void **state)
{
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	checkpoint__close(make_checkpoint(0));
	assert_int_equal(chown(CHECKPOINT, 12345, -1), 0);
	assert_int_equal(load_checkpoint_as(&run, 0), CHECKPOINT_FOREIGN);
	assert_int_equal(load_checkpoint_as(&run, 12345), CHECKPOINT_GOOD);
	assert_int_equal(chown(CHECKPOINT, 0, -1), 0);
	assert_int_equal(load_checkpoint_as(&run, 12345), CHECKPOINT_GOOD);
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
	assert_int_equal(load_checkpoint_as(&run, 0), CHECKPOINT_GOOD);
	assert_int_equal(chown(".", 0, -1), 0);
	assert_int_equal(load_checkpoint_as(&run, 0), CHECKPOINT_FOREIGN);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECKPOINT_TEST(what_was_set_last_is_found_while_the_run_lives),
		CHECKPOINT_TEST(a_new_checkpoint_is_not_for_everybody),
		CHECKPOINT_TEST(whatever_is_torn_of_the_newest_the_one_before_it_is_found),
		CHECKPOINT_TEST(damage_is_told_from_counts),
		CHECKPOINT_TEST(another_run_or_file_is_told_from_this_one),
		CHECKPOINT_TEST(a_restored_log_is_told_from_a_copy_beside_it),
		CHECKPOINT_TEST(what_has_the_name_already_is_left_alone),
		CHECKPOINT_TEST(what_somebody_else_made_is_not_believed),
		CHECKPOINT_TEST(what_a_run_left_to_the_directorys_owner_is_believed),
	};
	/* The last one is for root alone. */
	size_t count = sizeof(tests) / sizeof(tests[0]) - (geteuid() != 0);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("checkpoint", tests, count, enter_scratch, leave_scratch);
}
