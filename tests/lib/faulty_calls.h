/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replaces the system calls through which a log is written. Each can be made to fail, to be short
 * or to be the last thing that the process does. The disk can be given a size, and the clock is the
 * test's own. A program that uses none of these variables is linked with the C library's calls.
 */
#ifndef SIFTR_TESTS_FAULTY_CALLS_H
#define SIFTR_TESTS_FAULTY_CALLS_H

#include <stdbool.h>

#include <linux/types.h>

enum call {
	CALL_WRITE = 1,
	CALL_TRUNCATE = 2,
	CALL_ALLOCATE = 4,
	CALL_SYNC = 8,
	CALL_OPEN = 16,
	CALL_RENAME = 32,
	CALL_LOCK = 64,
	CALL_ANY = 127
};

/*
 * Which calls fail and how: calls of the kinds in `of` are numbered from 1, and those from `first`
 * to `last` are faulty. Everything is off while `on` is false.
 */
extern struct faults {
	bool on;
	int of;
	int first, last;
	int error;	  /* errno of the fault; 0: a write is short, other calls succeed */
	bool short_first; /* the first faulty write is short, and only later ones fail */
	bool kill;	  /* the process is killed instead, in a write after half of it */
	const char *name; /* if not NULL, only renames of this file are faulty */
	int calls;	  /* calls counted so far */
	int happened;	  /* faulty calls so far */
} faults;

/*
 * From now on only calls `first` to `last` of the kinds in `of` are faulty: they fail with the
 * errno `error`; if it is 0, a write is short and other calls succeed. Calls are counted anew.
 */
void arm_faults(int of, int first, int last, int error);

/*
 * While `on`, all files share a simulated disk of `free_bytes`, whose space is counted in bytes
 * and not in blocks.
 */
extern struct disk {
	bool on;
	__u64 free_bytes;
	__u64 allocated[64]; /* by file descriptor: up to which size space is allocated to the file
			      */
} disk;

/*
 * The time of CLOCK_MONOTONIC, which tests set forward. CLOCK_REALTIME is 1700000000 seconds
 * later.
 */
extern __u64 fake_ns;

#endif
