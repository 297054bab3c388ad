/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and attaches the BPF programs, in the first way that works here: attach_way.c chooses it.
 * Their maps are found by name.
 */
#ifndef SIFTR_CAPTURE_PROGRAMS_H
#define SIFTR_CAPTURE_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "capture/attach_fit.h"
#include "capture/attach_way.h"
#include "capture/preemption.h"
#include "capture/prog_object.h"

struct programs;

/*
 * Loads and attaches everything, or nothing. 0, or a negative errno if no way works; pass it to
 * load_errors__explain(), which reports it.
 */
int programs__open(const struct programs_settings *settings, struct programs **out);

/* Detaches and unloads. Accepts NULL. */
void programs__free(struct programs *programs);

/* See prog_object__iterator_fd(). */
int programs__iterator_fd(const struct programs *programs);

/* File descriptor of a map, by its name in the BPF object. */
int programs__map_fd(const struct programs *programs, const char *name);

enum attach_type programs__attach_type(const struct programs *programs);
/* The kernel's model of preemption when the way to attach was chosen. */
enum preemption programs__preemption(const struct programs *programs);

/* How the programs are attached, for the preemption watch. */
struct attach_use programs__use(const struct programs *programs);

enum siftr_flow_storage programs__flow_storage(const struct programs *programs);
enum ring_kind programs__ring_kind(const struct programs *programs);

/*
 * Whether the hooks are attached in another way than this kernel should allow; then `text` is a
 * sentence that says why. PROGRAMS_FALL_BYTES suffice for it.
 */
#define PROGRAMS_FALL_BYTES 512
bool programs__describe_fall(const struct programs *programs, char *text, size_t bytes);

/* Reports that sentence, if there is one. */
void programs__report_fall(const struct programs *programs);

/* Whether packets that are coalesced in the socket backlog are counted. */
bool programs__counts_coalesced(const struct programs *programs);

/*
 * The set of optional hooks that this kernel does not have or refuses, and of HOOK_TRANSMIT_SKB if
 * the HOOK_QUEUE_XMIT_* hooks replace it.
 */
unsigned int programs__left_out(const struct programs *programs);

/* See hook_links.h. */
void programs__begin(struct programs *programs);
void programs__end(struct programs *programs);
void programs__follow_switch(struct programs *programs, bool on);

/* Whether programs__attach_front() may attach a program yet. */
bool programs__may_attach(const struct programs *programs);

/* See hook_fronts.h. */
enum hook_index programs__attach_front(struct programs *programs, bool many);
__u64 programs__begin_front(struct programs *programs, enum hook_index hook);

/* See hook_links.h. */
__u64 programs__skipped(const struct programs *programs, enum hook_index hook);

/*
 * Calls `visit` for each attached hook with its name and the number of packets that all its
 * programs have missed, or PROG_MISSES_UNKNOWN.
 */
void programs__each_missed(const struct programs *programs,
			   void (*visit)(const char *name, __u64 missed, void *context),
			   void *context);

#endif
