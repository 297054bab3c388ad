// SPDX-License-Identifier: BSD-2-Clause
/*
 * At log level 4 the verifier writes only its statistics, as text: "stack depth 40", one number for
 * each subprogram, joined by "+", and "processed 1234 insns".
 */
#include "capture/verifier.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

#define STATISTICS    4
#define MESSAGE_BYTES 4096

/*
 * Where the verifier writes the statistics of each program of the object that was loaded last. The
 * messages about a rejected program are not here: libbpf prints those itself.
 */
static char (*messages)[MESSAGE_BYTES];

static size_t count_programs(struct bpf_object *object)
{
	struct bpf_program *program;
	size_t count = 0;

	bpf_object__for_each_program (program, object)
		count++;
	return count;
}

int verifier__request_statistics(struct bpf_object *object)
{
	struct bpf_program *program;
	size_t i = 0, count = count_programs(object);
	int err = 0;

	if (!count)
		return 0;
	free(messages);
	messages = calloc(count, MESSAGE_BYTES);
	if (!messages)
		return -ENOMEM;
	bpf_object__for_each_program (program, object) {
		if (err)
			break;
		err = bpf_program__set_log_buf(program, messages[i++], MESSAGE_BYTES);
		if (!err)
			err = bpf_program__set_log_level(program, STATISTICS);
	}
	return err;
}

/*
 * The program's stack, from the text "40+16+8" with one number for each of its functions. Their
 * sum is an upper bound for every chain of calls.
 */
static unsigned int stack_bytes(const char *depths)
{
	unsigned int sum = 0, bytes;
	int length;

	while (sscanf(depths, "%u%n", &bytes, &length) == 1) {
		sum += bytes;
		depths += length;
		if (*depths++ != '+')
			break;
	}
	return sum;
}

static void report_one(const char *name, const char *message)
{
	static const char depth[] = "stack depth ";
	const char *processed = strstr(message, "processed "), *stack = strstr(message, depth);
	unsigned int instructions;

	if (processed && stack && sscanf(processed, "processed %u insns", &instructions) == 1)
		report_detail("program %s: %u instructions processed, %u bytes of stack", name,
			      instructions, stack_bytes(stack + strlen(depth)));
}

void verifier__report(struct bpf_object *object)
{
	struct bpf_program *program;
	size_t i = 0;

	bpf_object__for_each_program (program, object)
		report_one(bpf_program__name(program), messages[i++]);
}
