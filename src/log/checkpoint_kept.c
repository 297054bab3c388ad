// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reading what a killed run left. Nothing in the file is believed unless its
 * checksum is right: it may be of any age, half written by a dying machine, or
 * made by somebody else.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/checkpoint.h"
#include "log/checkpoint_file.h"

static bool ends_in(const char *text, const char *end)
{
	size_t bytes = strlen(text), end_bytes = strlen(end);

	return bytes > end_bytes && !strcmp(text + bytes - end_bytes, end);
}

/* To be closed with closedir(); NULL and errno. */
static DIR *open_to_read(int directory_fd)
{
	int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !directory)
		close(fd);
	return directory;
}

int checkpoint__find(int directory_fd, struct siftr_time begun, char *name, size_t bytes)
{
	char end[CHECKPOINT_TIME_MAX + sizeof(CHECKPOINT_SUFFIX)];
	DIR *directory = open_to_read(directory_fd);
	const struct dirent *entry;
	int err = -ENOENT;

	if (!directory)
		return -errno;
	snprintf(end, sizeof(end), ".%llu.%06u" CHECKPOINT_SUFFIX, begun.seconds,
		 begun.microseconds);
	while (err && (entry = readdir(directory))) {
		if (!ends_in(entry->d_name, end) || strlen(entry->d_name) >= bytes)
			continue;
		snprintf(name, bytes, "%s", entry->d_name);
		err = 0;
	}
	closedir(directory);
	return err;
}

/* All of it or nothing. */
static bool read_at(int fd, void *room, size_t bytes, size_t at)
{
	return pread(fd, room, bytes, (off_t)at) == (ssize_t)bytes;
}

static bool read_identity(int fd, struct checkpoint_identity *identity)
{
	return read_at(fd, identity, sizeof(*identity), CHECKPOINT_IDENTITY_AT) &&
	       memcmp(identity->magic, CHECKPOINT_MAGIC, sizeof(identity->magic)) == 0 &&
	       identity->checksum == CHECKPOINT_CHECKSUM(identity);
}

static int judge_identity(int fd, const struct checkpoint_run *run)
{
	struct checkpoint_identity identity;

	if (!read_identity(fd, &identity))
		return CHECKPOINT_DAMAGED;
	if (memcmp(&identity.run, run, sizeof(*run)) != 0)
		return CHECKPOINT_OTHER;
	return CHECKPOINT_GOOD;
}

/* The newest slot that is whole. */
static int read_slots(int fd, struct checkpoint_slot *newest)
{
	newest->number = 0;
	for (size_t i = 0; i < CHECKPOINT_SLOTS; i++) {
		struct checkpoint_slot slot;

		if (read_at(fd, &slot, sizeof(slot),
			    CHECKPOINT_SLOTS_AT + i * CHECKPOINT_SLOT_BYTES) &&
		    slot.checksum == CHECKPOINT_CHECKSUM(&slot) && slot.microseconds < 1000000 &&
		    slot.nr_flows <= CHECKPOINT_FLOWS_MAX && slot.number > newest->number)
			*newest = slot;
	}
	return newest->number ? CHECKPOINT_GOOD : CHECKPOINT_DAMAGED;
}

static int read_flows(int fd, const struct checkpoint_slot *slot, struct checkpoint_kept *kept)
{
	struct checkpoint_flow entry;

	kept->flows_missing = slot->flows_missing;
	if (!slot->nr_flows)
		return CHECKPOINT_GOOD;
	kept->flows = calloc(slot->nr_flows, sizeof(*kept->flows));
	if (!kept->flows)
		return -ENOMEM;
	for (__u64 i = 0; i < slot->nr_flows; i++) {
		if (read_at(fd, &entry, sizeof(entry), CHECKPOINT_FLOWS_AT + i * sizeof(entry)) &&
		    entry.checksum == CHECKPOINT_CHECKSUM(&entry) &&
		    (entry.key.family == 4 || entry.key.family == 6))
			kept->flows[kept->nr_flows++] = entry.key;
		else
			kept->flows_missing++;
	}
	return CHECKPOINT_GOOD;
}

/*
 * Root may have appended to a log of somebody else's; a run that root began gives its
 * checkpoint to the owner of the directory, who may replace the log as well.
 */
static bool is_foreign(uid_t user, __u32 owner, int directory_fd)
{
	struct stat directory;

	return user != owner && user != 0 && user != geteuid() &&
	       (fstat(directory_fd, &directory) < 0 || user != directory.st_uid);
}

static int load(int fd, const struct checkpoint_run *run, struct checkpoint_kept *kept)
{
	struct checkpoint_slot slot;
	int state;

	state = judge_identity(fd, run);
	if (state == CHECKPOINT_GOOD)
		state = read_slots(fd, &slot);
	if (state != CHECKPOINT_GOOD)
		return state;
	kept->time = (struct siftr_time){slot.seconds, slot.microseconds};
	kept->counts = slot.counts;
	return read_flows(fd, &slot, kept);
}

int checkpoint__load(int directory_fd, const char *name, const struct checkpoint_run *run,
		     __u32 owner, struct checkpoint_kept *kept)
{
	/* O_NONBLOCK: a FIFO of that name is not waited for. */
	int state, fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	*kept = (struct checkpoint_kept){};
	if (fd < 0 && errno == ENOENT)
		return CHECKPOINT_NONE;
	if (fd < 0)
		return errno == ELOOP || errno == ENXIO ? CHECKPOINT_DAMAGED : -errno;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		state = CHECKPOINT_DAMAGED;
	else if (is_foreign(status.st_uid, owner, directory_fd))
		state = CHECKPOINT_FOREIGN;
	else
		state = load(fd, run, kept);
	close(fd);
	return state;
}

int checkpoint__inode(int directory_fd, const char *name, __u64 *inode)
{
	int fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct checkpoint_identity identity;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (read_identity(fd, &identity))
		*inode = identity.run.inode;
	else
		err = -EBADMSG;
	close(fd);
	return err;
}

bool checkpoint__is_orphan(int directory_fd, const char *name)
{
	int fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct checkpoint_identity identity;
	const struct dirent *entry;
	bool orphan = fd >= 0 && read_identity(fd, &identity);
	DIR *directory = orphan ? open_to_read(directory_fd) : NULL;
	struct stat status;

	orphan = directory;
	while (orphan && (entry = readdir(directory)))
		orphan = fstatat(directory_fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
			 status.st_ino != identity.run.inode;
	if (directory)
		closedir(directory);
	if (fd >= 0)
		close(fd);
	return orphan;
}

void checkpoint__free_kept(struct checkpoint_kept *kept)
{
	free(kept->flows);
	kept->flows = NULL;
}
