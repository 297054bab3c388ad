/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the kernel may take a CPU from a task that runs kernel code. A fentry program holds the
 * guard by which the kernel keeps it from running twice on a CPU; if the task is preempted then,
 * the program does not run for any other task of that CPU.
 */
#ifndef SIFTR_CAPTURE_PREEMPTION_H
#define SIFTR_CAPTURE_PREEMPTION_H

#include <stdbool.h>

enum preemption {
	PREEMPTION_NONE,
	PREEMPTION_VOLUNTARY,
	PREEMPTION_LAZY,
	PREEMPTION_FULL,
	PREEMPTION_RT,
	PREEMPTION_UNKNOWN, /* the model is chosen at boot, and nothing here tells which it is */
};

/*
 * The model of this moment: it can be changed while the kernel runs. Read from debugfs; where that
 * cannot be read, from the kernel's version string, command line and configuration.
 */
enum preemption preemption__read(void);

/* What the texts say, each of which may be "". `version` is that of uname(2). */
enum preemption preemption__parse(const char *debugfs, const char *version,
				  const char *command_line, const char *config);

/* Also if the model is not known. */
bool preemption__is_possible(enum preemption preemption);

/* As the kernel names them: "none", "voluntary", "lazy", "full"; "RT"; "unknown". */
const char *preemption__name(enum preemption preemption);

#endif
