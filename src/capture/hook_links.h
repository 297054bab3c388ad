/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attached programs, and how many packets they have missed while tracing was on: runs that the
 * kernel skipped, less those that a hook's other programs made up for.
 */
#ifndef SIFTR_CAPTURE_HOOK_LINKS_H
#define SIFTR_CAPTURE_HOOK_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include <bpf/libbpf.h>
#include <siftr/record.h>

#include "capture/hooks.h"

#define HOOK_LINKS_MAX 40

struct hook_links {
	struct hook_link {
		const struct bpf_program *program;
		struct bpf_link *link; /* NULL: detached */
		__u64 skipped;	       /* runs that the kernel skipped, once detached */
		__u64 before, until; /* of first programs: as many when tracing began, and ended */
		bool is_front;	     /* attached by hook_fronts__attach() */
		int fd;		     /* of its link, if so; -1: detached */
		bool is_replaced;    /* the hook has one in front: `until` is final */
	} of[HOOK_LINKS_MAX];
	/* Loaded programs that may be attached in front of a hook's first one, see hook_fronts.h.
	 */
	const struct bpf_program *fronts[SIFTR_SECOND_HOOKS];
	size_t nr;
	struct siftr_second *second; /* NULL with kernel rings: no programs behind the first */
	struct siftr_second before;  /* what `second` was when tracing began */
	struct siftr_second until;   /* and when it ended */
	struct siftr_second called;  /* and when the kernel last called the first programs */
	bool counting;		     /* tracing is on */
	bool is_off;		     /* a switch keeps the kernel from calling the first programs */
};

/* 0 for the first program of a hook, 1 for the second and so on. */
__u32 hook_links__behind(const struct bpf_program *program);

/* Whether it is a first program that leaves marks for those behind it. */
bool hook_links__leaves_marks(const struct bpf_program *program);

/* Attaches the program. 0 or a negative errno, not reported. */
int hook_links__attach(struct hook_links *links, const struct bpf_program *program);

/* Detaches all programs; hook_links__each_missed() still has what they have missed. */
void hook_links__detach(struct hook_links *links);

/*
 * Maps the counts of the programs behind the first; `map_fd` is the section .data.second of the BPF
 * object. 0 or a negative errno, not reported.
 */
int hook_links__map_second(struct hook_links *links, int map_fd);

/* Detaches all programs, unmaps the counts and sets *links to zero. */
void hook_links__close(struct hook_links *links);

/*
 * Tracing begins, or has ended: what the kernel skips before and after is not missed. They may be
 * called again, as tracing may pause; until the first call of hook_links__begin() nothing counts.
 * Call them just before the programs are turned on and just after they are turned off.
 */
void hook_links__begin(struct hook_links *links);
void hook_links__end(struct hook_links *links);

/*
 * To be called at each look at the kernel's switches, with whether the kernel calls the first
 * programs. While it does not, those behind log packets that nothing was skipped for; without this
 * they would hide as many that are missed before or later.
 */
void hook_links__follow_switch(struct hook_links *links, bool on);

/* Runs of the attached program that the kernel skipped, or PROG_MISSES_UNKNOWN. */
__u64 hook_links__skipped_runs(const struct hook_link *one);

/* Runs of the hook's first program that the kernel skipped; 0 if it is not attached. */
__u64 hook_links__skipped(const struct hook_links *links, enum hook_index hook);

/*
 * Calls `visit` once for each attached hook with its name and the number of packets that all its
 * programs have missed, or PROG_MISSES_UNKNOWN.
 */
void hook_links__each_missed(const struct hook_links *links,
			     void (*visit)(const char *name, __u64 missed, void *context),
			     void *context);

#endif
