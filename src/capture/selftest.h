/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel may attach programs and never run them, or run those of a hook in an unexpected order.
 * The self-test makes a TCP connection over the loopback of this network namespace and checks that
 * the hooks of sent and received packets have counted it, and nothing twice.
 */
#ifndef SIFTR_CAPTURE_SELFTEST_H
#define SIFTR_CAPTURE_SELFTEST_H

#include <stdbool.h>

#include "capture/programs.h"

/* Explains to people, after the name of a kernel function, that packets were logged twice there. */
#define SELFTEST_TWICE                                                                           \
	"this kernel runs the programs of a hook in another order than they were attached for, " \
	"so that each hook gets one alone: packets that it misses are counted, but not logged"

enum selftest_outcome {
	SELFTEST_SEEN,
	SELFTEST_UNSEEN,   /* the connection was made, but `hook` did not count it */
	SELFTEST_NOT_MADE, /* the connection could not be made, because of `err` */
};

struct selftest {
	enum selftest_outcome outcome;
	const char *hook;    /* kernel function that did not count the connection; or NULL */
	const char *sending; /* kernel function at which sent packets are seen */
	const char *twice;   /* `sending` if packets were logged twice there; or NULL */
	int err;	     /* negative errno if the connection could not be made; or 0 */
};

/*
 * Call while the programs are off and have no rings; turns them on and off again. Their counters
 * then include its connections, one or a few, and a program that is still running may add to them
 * until rings__open() returns. May take a second. 0 or a negative errno, reported.
 */
int selftest__run(const struct programs *programs, int nr_cpus, struct selftest *test);

/*
 * Whether the hook of sent packets has counted more of them between `before` and `after` than the
 * two ends of the connection had sent, which was `sent`; 0: not known. Public for tests.
 */
bool selftest__is_twice(const struct siftr_counters *before, const struct siftr_counters *after,
			__u64 sent);

/* Derives the outcome from the counters before and after the connection; public for tests. */
void selftest__judge(const struct siftr_counters *before, const struct siftr_counters *after,
		     struct selftest *test);

#endif
