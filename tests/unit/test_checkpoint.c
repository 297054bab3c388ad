// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loading a checkpoint finds the counts that were set last, and detects truncated, foreign and
 * missing checkpoints.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "output/checkpoint_file.h"

#include "../lib/checkpoint_fixture.h"

#define SLOT_AT(number) (CHECKPOINT_SLOTS_AT + (number) % CHECKPOINT_SLOTS * CHECKPOINT_SLOT_BYTES)

static void the_last_counts_set_are_loaded_while_the_run_lives(void **state)
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

static void a_new_checkpoint_is_private(void **state)
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

static void if_the_newest_slot_is_truncated_the_other_is_loaded(void **state)
{
	struct checkpoint_slot newest, truncated;
	int fd;

	(void)state;
	for (size_t bytes = 0; bytes < sizeof(newest); bytes++) {
		struct checkpoint *checkpoint = make_checkpoint(0);

		set_checkpoint(checkpoint, 7);
		fd = open(CHECKPOINT, O_RDONLY);
		assert_int_equal(pread(fd, &truncated, sizeof(truncated), SLOT_AT(3)),
				 sizeof(truncated));
		set_checkpoint(checkpoint, 8);
		assert_int_equal(pread(fd, &newest, sizeof(newest), SLOT_AT(3)), sizeof(newest));
		close(fd);
		/*
		 * Simulates an interrupted write: only the first bytes of the newest slot have
		 * replaced what the slot held before.
		 */
		memcpy(&truncated, &newest, bytes);
		overwrite_checkpoint(SLOT_AT(3), &truncated, sizeof(truncated));
		assert_int_equal(load_checkpoint(), CHECKPOINT_GOOD);
		if (memcmp(&truncated, &newest, sizeof(truncated)) != 0)
			assert_int_equal(loaded.counts.due[SIFTR_IN], 7);
		checkpoint__remove(checkpoint);
	}
}

static void damage_is_detected(void **state)
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

static void a_checkpoint_of_another_run_or_file_is_detected(void **state)
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

static void a_restored_log_is_distinguished_from_a_copy(void **state)
{
	struct checkpoint *checkpoint = make_checkpoint(0);
	struct checkpoint_run run = run_at(0, HEADER);

	(void)state;
	run.inode++;
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_OTHER);
	/* The log was restored from a backup, and another file has its former inode. */
	write_file(LOG_NAME, "");
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_GOOD);
	unlink(LOG_NAME);
	assert_int_equal(load_checkpoint_as(&run, getuid()), CHECKPOINT_GOOD);
	checkpoint__remove(checkpoint);
}

static void a_checkpoint_of_another_owner_is_not_trusted(void **state)
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

/* The owner of the directory is trusted, since this user could replace the log as well. */
static void a_checkpoint_of_the_directorys_owner_is_trusted(void **state)
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

static void an_existing_file_is_not_overwritten(void **state)
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
		CHECKPOINT_TEST(the_last_counts_set_are_loaded_while_the_run_lives),
		CHECKPOINT_TEST(a_new_checkpoint_is_private),
		CHECKPOINT_TEST(if_the_newest_slot_is_truncated_the_other_is_loaded),
		CHECKPOINT_TEST(damage_is_detected),
		CHECKPOINT_TEST(a_checkpoint_of_another_run_or_file_is_detected),
		CHECKPOINT_TEST(a_restored_log_is_distinguished_from_a_copy),
		CHECKPOINT_TEST(an_existing_file_is_not_overwritten),
		CHECKPOINT_TEST(a_checkpoint_of_another_owner_is_not_trusted),
		CHECKPOINT_TEST(a_checkpoint_of_the_directorys_owner_is_trusted),
	};
	/* The last test needs root. */
	size_t count = ARRAY_SIZE(tests) - (geteuid() != 0);

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("checkpoint", tests, count, enter_scratch, leave_scratch);
}
