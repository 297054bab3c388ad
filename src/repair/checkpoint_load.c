// SPDX-License-Identifier: BSD-2-Clause
/*
 * A power failure may have damaged a checkpoint, so all that is read from it is verified by a
 * checksum. It may also belong to another run or have been made by somebody else, so the run it
 * names and the owner of the file are checked.
 */
#include "repair/checkpoint_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/time_units.h>

/* Reads exactly `bytes`; false if there are fewer. */
static bool read_at(int fd, void *data, size_t bytes, size_t at)
{
	return pread(fd, data, bytes, (off_t)at) == (ssize_t)bytes;
}

static bool read_identity(int fd, struct checkpoint_identity *identity)
{
	return read_at(fd, identity, sizeof(*identity), CHECKPOINT_IDENTITY_AT) &&
	       memcmp(identity->magic, CHECKPOINT_MAGIC, sizeof(identity->magic)) == 0 &&
	       identity->checksum == CHECKPOINT_CHECKSUM(identity);
}

/*
 * The state of a file that does not identify a run. An empty file, zeros, or the magic number of a
 * checkpoint without a valid checksum are a checkpoint damaged by a power failure; any other
 * content is not a checkpoint.
 */
static int state_without_identity(int fd, const struct stat *status)
{
	static const char zeros[sizeof(CHECKPOINT_MAGIC) - 1];
	char magic[sizeof(zeros)];

	if (status->st_size == 0)
		return CHECKPOINT_DAMAGED;
	if (read_at(fd, magic, sizeof(magic), CHECKPOINT_IDENTITY_AT) &&
	    (!memcmp(magic, CHECKPOINT_MAGIC, sizeof(magic)) ||
	     !memcmp(magic, zeros, sizeof(magic))))
		return CHECKPOINT_DAMAGED;
	return CHECKPOINT_NONE;
}

static bool is_same_run(const struct checkpoint_run *a, const struct checkpoint_run *b)
{
	return a->offset == b->offset && a->header_bytes == b->header_bytes &&
	       !memcmp(a->header, b->header, sizeof(a->header));
}

static int check_identity(const struct checkpoint_list *list, int fd, const struct stat *status,
			  const struct checkpoint_run *run)
{
	struct checkpoint_identity identity;

	if (!read_identity(fd, &identity))
		return state_without_identity(fd, status);
	if (!is_same_run(&identity.run, run))
		return CHECKPOINT_OTHER;
	if (identity.run.inode != run->inode && checkpoint_list__has_log(list, &identity.run))
		return CHECKPOINT_OTHER;
	return CHECKPOINT_GOOD;
}

/*
 * Finds the newest of the two slots with a valid checksum. CHECKPOINT_GOOD, or CHECKPOINT_DAMAGED
 * if neither is valid.
 */
static int read_slots(int fd, struct checkpoint_slot *newest)
{
	newest->number = 0;
	for (size_t i = 0; i < CHECKPOINT_SLOTS; i++) {
		struct checkpoint_slot slot;

		if (read_at(fd, &slot, sizeof(slot),
			    CHECKPOINT_SLOTS_AT + i * CHECKPOINT_SLOT_BYTES) &&
		    slot.checksum == CHECKPOINT_CHECKSUM(&slot) &&
		    slot.microseconds < USEC_PER_SEC && slot.nr_flows <= CHECKPOINT_FLOWS_MAX &&
		    slot.number > newest->number)
			*newest = slot;
	}
	return newest->number ? CHECKPOINT_GOOD : CHECKPOINT_DAMAGED;
}

static int read_flows(int fd, const struct checkpoint_slot *slot, struct checkpoint_data *data)
{
	struct checkpoint_flow entry;

	data->flows_missing = slot->flows_missing;
	if (!slot->nr_flows)
		return CHECKPOINT_GOOD;
	data->flows = calloc(slot->nr_flows, sizeof(*data->flows));
	if (!data->flows)
		return -ENOMEM;
	for (__u64 i = 0; i < slot->nr_flows; i++) {
		if (read_at(fd, &entry, sizeof(entry), CHECKPOINT_FLOWS_AT + i * sizeof(entry)) &&
		    entry.checksum == CHECKPOINT_CHECKSUM(&entry) &&
		    (entry.key.family == 4 || entry.key.family == 6))
			data->flows[data->nr_flows++] = entry.key;
		else
			data->flows_missing++;
	}
	return CHECKPOINT_GOOD;
}

/*
 * Whether the checkpoint's owner is trusted: root, this user, the log's owner or the directory's,
 * who could replace the log as well.
 */
static bool is_trusted(const struct checkpoint_list *list, __u32 file, __u32 log)
{
	return file == log || file == list->directory_owner || file == 0 || file == geteuid();
}

static int load(const struct checkpoint_list *list, int fd, const struct checkpoint_run *run,
		__u32 owner, struct checkpoint_data *data)
{
	struct checkpoint_slot slot;
	struct stat status;
	int state;

	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return CHECKPOINT_NONE;
	if (!is_trusted(list, status.st_uid, owner))
		return CHECKPOINT_FOREIGN;
	state = check_identity(list, fd, &status, run);
	if (state == CHECKPOINT_GOOD)
		state = read_slots(fd, &slot);
	if (state != CHECKPOINT_GOOD)
		return state;
	data->time = (struct siftr_time){slot.seconds, slot.microseconds};
	data->counts = slot.counts;
	return read_flows(fd, &slot, data);
}

/* O_NONBLOCK, so that open(2) does not wait for the writer of a FIFO of that name. */
static int open_file(int directory_fd, const char *name)
{
	int fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	return fd;
}

static int load_name(const struct checkpoint_list *list, const char *name,
		     const struct checkpoint_run *run, __u32 owner, struct checkpoint_data *data)
{
	int state, fd = open_file(list->directory_fd, name);

	*data = (struct checkpoint_data){};
	/* A link or a device of that name was not made by siftr-bpf and is no checkpoint. */
	if (fd == -ENOENT || fd == -ELOOP || fd == -ENXIO)
		return CHECKPOINT_NONE;
	if (fd < 0)
		return fd == -EACCES ? CHECKPOINT_FOREIGN : fd;
	state = load(list, fd, run, owner, data);
	close(fd);
	return state;
}

int checkpoint_load__find(const struct checkpoint_list *list, const struct checkpoint_run *run,
			  struct siftr_time begun, __u32 owner, struct checkpoint_data *data,
			  const char **name)
{
	int found = CHECKPOINT_NONE;
	const char *candidate;
	size_t position = 0;

	*name = NULL;
	*data = (struct checkpoint_data){};
	while ((candidate = checkpoint_list__next(list, begun, &position))) {
		int state = load_name(list, candidate, run, owner, data);

		if (state == CHECKPOINT_NONE)
			continue;
		*name = candidate;
		found = state;
		if (state < 0 || state == CHECKPOINT_GOOD || state == CHECKPOINT_DAMAGED)
			break;
	}
	return found;
}

bool checkpoint_load__run(int directory_fd, const char *name, struct checkpoint_run *run)
{
	int fd = open_file(directory_fd, name);
	struct checkpoint_identity identity;
	bool good;

	if (fd < 0)
		return false;
	good = read_identity(fd, &identity);
	close(fd);
	*run = identity.run;
	return good;
}

void checkpoint_load__free(struct checkpoint_data *data)
{
	free(data->flows);
	data->flows = NULL;
}
