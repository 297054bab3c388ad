/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What attaching has to allow for in each model of preemption, and whether the way in use still
 * fits when the model has changed.
 */
#ifndef SIFTR_CAPTURE_ATTACH_FIT_H
#define SIFTR_CAPTURE_ATTACH_FIT_H

#include <stdbool.h>

#include <linux/types.h>

#include "capture/attach_way.h"
#include "capture/preemption.h"

/* How the programs are attached, and what that was chosen for. */
struct attach_use {
	struct attach_way way;
	__u32 seconds;		    /* programs behind each hook's first one */
	enum preemption preemption; /* the kernel's model when the way was chosen */
	bool fentry;		    /* whether fentry works here for the hooks of packets */
	bool typed_kprobes;	    /* likewise */
	bool complete, alone;	    /* see struct programs_settings */
};

enum attach_fit {
	ATTACH_FITS,   /* it would be attached in the same way again */
	ATTACH_MISSES, /* another way would miss fewer packets */
	ATTACH_COSTS,  /* another way would cost less */
};

/* How many programs each hook needs behind its first one, attached in this way. */
__u32 attach_fit__seconds(const struct attach_use *use, enum preemption preemption);

/*
 * Whether each hook has one program alone, and one in front of it is loaded to be attached once it
 * is needed: see hook_fronts.h.
 */
bool attach_fit__wants_fronts(const struct attach_use *use);

/* Whether the way in use is the one for a kernel with the preemption model `now`. */
enum attach_fit attach_fit__of(const struct attach_use *use, enum preemption now);

#endif
