/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters by process: their syntax, and the rules that they become. */
#ifndef SIFTR_FILTER_FILTER_PROCESSES_H
#define SIFTR_FILTER_FILTER_PROCESSES_H

#include <stdbool.h>

#include <linux/types.h>

struct filter_values;
struct siftr_rule;

/* The number of a process; 0, -EINVAL, or -ENOENT if there is no such process. */
int filter_processes__parse_pid(const char *text, struct siftr_rule *rule);

/* The name of a process, as the kernel has it: at most 15 bytes. 0 or -EINVAL. */
int filter_processes__parse_comm(const char *text, struct siftr_rule *rule);

/* Whether a rule, negated or not, is about the process. `comm`: its name, with zeros behind it. */
bool filter_processes__are_about(const struct filter_values *values, __u32 pid,
				 const __u64 comm[2]);

#endif
