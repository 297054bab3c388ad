/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the kernel may take a CPU from a task that runs kernel code. While a fentry program runs,
 * it holds the guard by which the kernel keeps it from running twice on a CPU. If its task is
 * preempted then, the program runs for no other task on that CPU until the task has finished it.
 */
#ifndef SIFTR_CAPTURE_PREEMPTION_H
#define SIFTR_CAPTURE_PREEMPTION_H

#include <stdbool.h>

/* Where a kernel with PREEMPT_DYNAMIC shows its preemption model, and lets it be changed. */
#define PREEMPTION_PATH "/sys/kernel/debug/sched/preempt"

enum preemption {
	PREEMPTION_NONE,
	PREEMPTION_VOLUNTARY,
	PREEMPTION_LAZY,
	PREEMPTION_FULL,
	PREEMPTION_RT,
	PREEMPTION_OFF,	    /* none or voluntary, and nothing here tells which it is */
	PREEMPTION_ON,	    /* lazy or full, likewise */
	PREEMPTION_UNKNOWN, /* the model is chosen at boot, and nothing here tells which it is */
};

/*
 * The model of this moment: it can be changed while the kernel runs. Read from debugfs; where that
 * cannot be read, from the kernel's version string, command line and the configuration that
 * distributions install.
 */
enum preemption preemption__read(void);

/*
 * The model that four texts state, each of which may be "": sched/preempt of debugfs, the version
 * of uname(2), the kernel's command line, and the lines of its configuration that set an option
 * CONFIG_PREEMPT* or say that it is not set.
 */
enum preemption preemption__parse(const char *debugfs, const char *version,
				  const char *command_line, const char *config);

/*
 * The model in parentheses of a text such as "none voluntary (full)", as debugfs shows it;
 * PREEMPTION_UNKNOWN if there is none.
 */
enum preemption preemption__parse_debugfs(const char *text);

/* Whether the preemption model can change while the kernel runs: it has PREEMPT_DYNAMIC. */
bool preemption__is_dynamic(void);

/* Whether a task may be preempted in kernel code; true also if the model is not known. */
bool preemption__is_possible(enum preemption preemption);

/*
 * As the kernel names them: "none", "voluntary", "lazy", "full"; "RT"; "none or voluntary";
 * "lazy or full"; "unknown".
 */
const char *preemption__name(enum preemption preemption);

#endif
