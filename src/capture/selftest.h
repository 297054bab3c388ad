/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attached does not mean called: the kernel may attach programs and never run them. So a
 * connection of our own is made over the loopback of this network namespace, and every hook
 * that a connection passes must have seen it.
 */
#ifndef SIFTR_CAPTURE_SELFTEST_H
#define SIFTR_CAPTURE_SELFTEST_H

#include "capture/programs.h"

enum selftest_outcome {
	SELFTEST_SEEN,
	SELFTEST_UNSEEN,   /* by `hook`, though the connection was made */
	SELFTEST_NOT_MADE, /* no such connection can be made here, because of `err` */
};

struct selftest {
	enum selftest_outcome outcome;
	const char *hook; /* the kernel function */
	int err;	  /* negative errno */
};

/*
 * The programs must not be on yet, nor have rings; they are off again afterwards. Their
 * counters have counted the connection, and packets of others as those of other ports: a
 * program that still runs may count one more until the rings are assigned, which waits for it.
 * May take a second. 0 or a negative errno, reported.
 */
int selftest__run(const struct programs *programs, int nr_cpus, struct selftest *test);

/* The outcome from the counters before and after; for tests. */
void selftest__judge(const struct siftr_counters *before, const struct siftr_counters *after,
		     struct selftest *test);

#endif
