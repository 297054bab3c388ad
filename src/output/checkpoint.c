// SPDX-License-Identifier: BSD-2-Clause
/*
 * The checkpoint file is allocated before it is mapped, so that a full disk is an error of
 * posix_fallocate(3) and not SIGBUS. A store still raises SIGBUS if the file system allocates only
 * on writing, the file was truncated or the disk is bad. The signal is caught, and the run
 * continues without its checkpoint.
 */
#include "output/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_MODE	 0640
#define FIRST_FLOW_BYTES 65536

struct checkpoint {
	int directory_fd; /* directory of the log */
	int fd;
	int trouble; /* negative errno: nothing is stored any more */
	char *memory;
	size_t bytes;	/* bytes of the file that are mapped */
	__u64 number;	/* sequence number of the last slot written */
	__u64 nr_flows; /* flows in the file's list */
	__u64 flows_missing;
	char name[]; /* file name in that directory */
};

static sigjmp_buf escape;
static volatile sig_atomic_t may_escape;

static void on_bus_error(int signal_number)
{
	if (may_escape)
		siglongjmp(escape, 1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void catch_bus_errors(void)
{
	/*
	 * The handler leaves by siglongjmp(), which does not restore the signal mask here: SIGBUS
	 * must stay unblocked, so that it can be caught again.
	 */
	struct sigaction action = {.sa_handler = on_bus_error, .sa_flags = SA_NODEFER};

	sigaction(SIGBUS, &action, NULL);
}

/* Copies into the mapped file. -EIO if the mapping is gone (SIGBUS: truncated or disk error). */
static int store(char *to, const void *from, size_t bytes)
{
	if (sigsetjmp(escape, 0)) {
		may_escape = 0;
		return -EIO;
	}
	may_escape = 1;
	memcpy(to, from, bytes);
	/*
	 * The compiler must not move later stores before this one, as SIGKILL may come between
	 * them.
	 */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	may_escape = 0;
	return 0;
}

/* Makes the file `bytes` long: allocates them on the disk and maps them. */
static int extend(struct checkpoint *checkpoint, size_t bytes)
{
	int err = posix_fallocate(checkpoint->fd, 0, (off_t)bytes);
	void *memory;

	if (err)
		return -err;
	if (checkpoint->memory)
		memory = mremap(checkpoint->memory, checkpoint->bytes, bytes, MREMAP_MAYMOVE);
	else
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, checkpoint->fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	checkpoint->memory = memory;
	checkpoint->bytes = bytes;
	return 0;
}

static int begin(struct checkpoint *checkpoint, struct siftr_time begun,
		 const struct checkpoint_run *run)
{
	const struct checkpoint_counts nothing = {};
	struct checkpoint_identity identity = {.run = *run};
	int err = extend(checkpoint, CHECKPOINT_FLOWS_AT);

	memcpy(identity.magic, CHECKPOINT_MAGIC, sizeof(identity.magic));
	identity.checksum = CHECKPOINT_CHECKSUM(&identity);
	if (!err)
		err = checkpoint__set(checkpoint, begun, &nothing);
	/*
	 * The identity of the run is stored last: a file without it is not recognised as a
	 * checkpoint.
	 */
	if (!err)
		err = store(checkpoint->memory + CHECKPOINT_IDENTITY_AT, &identity,
			    sizeof(identity));
	return err;
}

static int make_file(struct checkpoint *checkpoint, const struct log_path *path)
{
	/* O_EXCL: an existing file or link of this name belongs to somebody else. */
	checkpoint->fd = openat(checkpoint->directory_fd, checkpoint->name,
				O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (checkpoint->fd < 0)
		return -errno;
	log_path__give_to_owner(path, checkpoint->fd);
	return 0;
}

int checkpoint__create(const struct log_path *path, struct siftr_time begun,
		       const struct checkpoint_run *run, struct checkpoint **out)
{
	size_t bytes = strlen(path->name) + CHECKPOINT_TIME_MAX + sizeof(CHECKPOINT_SUFFIX);
	struct checkpoint *checkpoint = calloc(1, sizeof(*checkpoint) + bytes);
	int err;

	*out = NULL;
	if (!checkpoint)
		return -ENOMEM;
	catch_bus_errors();
	checkpoint->fd = -1;
	checkpoint->directory_fd = path->directory_fd;
	snprintf(checkpoint->name, bytes, "%s.%llu.%06u" CHECKPOINT_SUFFIX, path->name,
		 begun.seconds, begun.microseconds);
	err = make_file(checkpoint, path);
	if (err) {
		checkpoint__close(checkpoint);
		return err;
	}
	err = begin(checkpoint, begun, run);
	if (err) {
		checkpoint__remove(checkpoint);
		return err;
	}
	*out = checkpoint;
	return 0;
}

/*
 * Makes the first room for flows in the file, or doubles it; false if that fails, as on a full
 * disk.
 */
static bool grow_flows(struct checkpoint *checkpoint)
{
	size_t flow_bytes = checkpoint->bytes - CHECKPOINT_FLOWS_AT;

	return extend(checkpoint,
		      CHECKPOINT_FLOWS_AT + (flow_bytes ? 2 * flow_bytes : FIRST_FLOW_BYTES)) == 0;
}

void checkpoint__add_flow(struct checkpoint *checkpoint, const struct siftr_flow_key *flow)
{
	struct checkpoint_flow entry = {.key = *flow};
	size_t at;

	if (!checkpoint || checkpoint->trouble)
		return;
	/*
	 * After a flow for which there was no room later flows are not listed either, so the list
	 * has no gaps.
	 */
	at = CHECKPOINT_FLOWS_AT + checkpoint->nr_flows * sizeof(entry);
	if (checkpoint->flows_missing || checkpoint->nr_flows == CHECKPOINT_FLOWS_MAX ||
	    (at + sizeof(entry) > checkpoint->bytes && !grow_flows(checkpoint))) {
		checkpoint->flows_missing++;
		return;
	}
	entry.checksum = CHECKPOINT_CHECKSUM(&entry);
	checkpoint->trouble = store(checkpoint->memory + at, &entry, sizeof(entry));
	checkpoint->nr_flows++;
}

int checkpoint__set(struct checkpoint *checkpoint, struct siftr_time now,
		    const struct checkpoint_counts *counts)
{
	struct checkpoint_slot slot = {
		.number = checkpoint->number + 1,
		.seconds = now.seconds,
		.microseconds = now.microseconds,
		.counts = *counts,
		.nr_flows = checkpoint->nr_flows,
		.flows_missing = checkpoint->flows_missing,
	};
	size_t index = slot.number % CHECKPOINT_SLOTS;

	if (checkpoint->trouble)
		return checkpoint->trouble;
	slot.checksum = CHECKPOINT_CHECKSUM(&slot);
	checkpoint->trouble =
		store(checkpoint->memory + CHECKPOINT_SLOTS_AT + index * CHECKPOINT_SLOT_BYTES,
		      &slot, sizeof(slot));
	checkpoint->number = slot.number;
	return checkpoint->trouble;
}

void checkpoint__close(struct checkpoint *checkpoint)
{
	if (!checkpoint)
		return;
	if (checkpoint->memory)
		munmap(checkpoint->memory, checkpoint->bytes);
	if (checkpoint->fd >= 0)
		close(checkpoint->fd);
	free(checkpoint);
}

void checkpoint__remove(struct checkpoint *checkpoint)
{
	if (checkpoint)
		unlinkat(checkpoint->directory_fd, checkpoint->name, 0);
	checkpoint__close(checkpoint);
}
