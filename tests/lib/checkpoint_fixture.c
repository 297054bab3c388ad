// SPDX-License-Identifier: BSD-2-Clause
#include "checkpoint_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "convert/flows.h"

struct checkpoint_data loaded;

int load_checkpoint_as(const struct checkpoint_run *run, __u32 owner)
{
	int state, directory = open(".", O_PATH | O_DIRECTORY);
	struct checkpoint_list list;
	const char *name;

	checkpoint_load__free(&loaded);
	assert_int_equal(checkpoint_list__read(&list, directory), 0);
	state = checkpoint_load__find(&list, run, (struct siftr_time){1700000000, 42}, owner,
				      &loaded, &name);
	assert_true((state == CHECKPOINT_NONE) == (name == NULL));
	checkpoint_list__free(&list);
	close(directory);
	return state;
}

int load_checkpoint(void)
{
	struct checkpoint_run run = run_at(0, HEADER);

	return load_checkpoint_as(&run, getuid());
}

void set_checkpoint(struct checkpoint *checkpoint, __u64 in)
{
	const struct checkpoint_counts counts = counts_of(in, 0);

	assert_int_equal(
		checkpoint__set(checkpoint, (struct siftr_time){1700000000 + in, 5}, &counts), 0);
}

void overwrite_checkpoint(size_t at, const void *bytes, size_t count)
{
	int fd = open(CHECKPOINT, O_WRONLY);

	assert_int_equal(pwrite(fd, bytes, count, (off_t)at), count);
	close(fd);
}

int make_run(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER);
	return 0;
}

int remove_run(void **state)
{
	(void)state;
	checkpoint_load__free(&loaded);
	unlink(CHECKPOINT);
	return 0;
}
