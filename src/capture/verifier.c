// SPDX-License-Identifier: BSD-2-Clause
/*
 * Log level 4 makes the verifier write its statistics and nothing else. They are
 * text: "stack depth 40" (one number for each subprogram, joined by "+") and
 * "processed 1234 insns".
 */
#include "capture/verifier.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

#define STATISTICS    4
#define PROGRAMS_MAX  16
#define MESSAGE_BYTES 4096

/* Longer logs, of a program that is refused, are cut off: libbpf makes its own then. */
static char messages[PROGRAMS_MAX][MESSAGE_BYTES];

int verifier__watch(struct bpf_object *object)
{
	struct bpf_program *program;
	size_t i = 0;
	int err = 0;

	bpf_object__for_each_program (program, object) {
		if (i == PROGRAMS_MAX || err)
			break;
		messages[i][0] = '\0';
		err = bpf_program__set_log_buf(program, messages[i++], MESSAGE_BYTES);
		if (!err)
			err = bpf_program__set_log_level(program, STATISTICS);
	}
	return err;
}

static void report_one(const char *name, const char *message)
{
	const char *processed = strstr(message, "processed "),
		   *stack = strstr(message, "stack depth ");
	unsigned int instructions, bytes;

	if (processed && stack && sscanf(processed, "processed %u insns", &instructions) == 1 &&
	    sscanf(stack, "stack depth %u", &bytes) == 1)
		report_detail("program %s: %u instructions processed, %u bytes of stack", name,
			      instructions, bytes);
}

void verifier__report(struct bpf_object *object)
{
	struct bpf_program *program;
	size_t i = 0;

	bpf_object__for_each_program (program, object) {
		if (i == PROGRAMS_MAX)
			break;
		report_one(bpf_program__name(program), messages[i++]);
	}
}
