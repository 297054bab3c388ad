/* SPDX-License-Identifier: BSD-2-Clause */
/* The way through a log that looks for killed runs; see mend.h. */
#ifndef SIFTR_LOG_MEND_WALK_H
#define SIFTR_LOG_MEND_WALK_H

#include <stdbool.h>
#include <sys/stat.h>

#include "log/mend.h"
#include "log/reader.h"
#include "log/run.h"

/* A line that is none, and may turn out to be torn. */
struct bad_line {
	__u64 at, bytes; /* 0 bytes: there is none */
	char direction;
};

struct walk {
	struct mend *mend;
	int fd, directory_fd;
	struct stat status;
	__u64 whole; /* bytes of the log up to its last '\n' */
	struct defect_sink sink;
	struct reader reader;
	struct run run;
	bool running;
	struct checkpoint_run identity;
	__u64 last_us;
	struct bad_line bad;
	bool footer_bad;
};

/* Reads the log to its last whole line and notes what is to be done. 0 or a negative errno. */
int mend_walk__log(struct walk *walk);

/* Another run to tell of, all zeros; NULL when out of memory. */
struct mend_run *mend__add_run(struct mend *mend);

/* A checkpoint that can go once the log is whole. 0 or -ENOMEM. */
int mend__note_used(struct mend *mend, const char *name);

#endif
