/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which CPUs there are, and how rings and counters are dealt to them. Their numbers may have gaps,
 * both of those that are online and of those that are possible, so `nr_cpus` is always the highest
 * number + 1.
 */
#ifndef SIFTR_CAPTURE_CPUS_H
#define SIFTR_CAPTURE_CPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Reads a list of CPUs as the kernel writes it, such as "0,2-3", and sets online[cpu] of each;
 * those from `nr_cpus` on are ignored. Returns how many were set, -EINVAL if it is not a list.
 */
int cpus__read_list(FILE *list, bool online[], int nr_cpus);

/* The highest number in such a list + 1; -EINVAL if it is not a list. */
int cpus__read_end(FILE *list);

/* The highest number that a CPU of this machine can have + 1. */
int cpus__possible(void);

#define CPUS_COUNTER_SETS 4 /* for each CPU */

/*
 * How many sets of counters are used: a power of two, CPUS_COUNTER_SETS at least. They are several
 * times as many as CPUs, because some counts go to sets that are chosen by an address.
 */
int cpus__counter_sets(int nr_cpus);

/*
 * Sets online[cpu], whether the CPU is online, of all CPUs below `nr_cpus`. If the kernel does
 * not tell, all count as online.
 */
void cpus__online(bool online[], int nr_cpus);

/*
 * Deals `nr_rings` rings: ring_of[cpu] is the index of its ring. CPUs that are online come first,
 * in turn, so that no ring is idle while two of them share one; those that may come online later
 * share rings with them.
 */
void cpus__deal(const bool online[], int nr_cpus, size_t nr_rings, size_t ring_of[]);

#endif
