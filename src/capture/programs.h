/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BPF programs as an object: the ways they can get into the kernel, tried
 * in order until one loads and attaches whole.
 */
#ifndef SIFTR_CAPTURE_PROGRAMS_H
#define SIFTR_CAPTURE_PROGRAMS_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

/* How the hooks are attached: the cheapest first. */
enum programs_way {
	PROGRAMS_FENTRY,
	PROGRAMS_KPROBE,
};

struct programs;

/*
 * Loads and attaches everything, or leaves nothing behind. `nr_cpus` sizes the
 * per-CPU maps; `samples`: packets-per-log may be more than 1. A negative errno when no way works;
 * load_errors__explain() knows why.
 */
int programs__open(int nr_cpus, int samples, struct programs **out);

/* Detaches and unloads; NULL is fine. */
void programs__free(struct programs *programs);

/* Ends every hook's runs; the maps stay. */
void programs__detach(struct programs *programs);

/* File descriptor of a map, by its name in the BPF object. */
int programs__map_fd(const struct programs *programs, const char *name);

enum programs_way programs__way(const struct programs *programs);
enum siftr_flow_storage programs__flow_storage(const struct programs *programs);

/* The same, for people: "fentry", "socket storage". */
const char *programs__way_name(enum programs_way way);
const char *programs__storage_name(enum siftr_flow_storage storage);

/* Packets merged in the backlog can be counted. */
int programs__counts_merged(const struct programs *programs);

/* Packets of no connection can be counted where nobody listens, too. */
int programs__counts_late(const struct programs *programs);

/* Calls `visit` for each hook with the runs the kernel suppressed, or PROG_MISSES_UNKNOWN. */
void programs__each_missed(const struct programs *programs,
			   void (*visit)(const char *name, __u64 missed, void *context),
			   void *context);

#endif
