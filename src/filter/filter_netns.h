/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter by network namespace: its syntax, and how a namespace is found. */
#ifndef SIFTR_FILTER_FILTER_NETNS_H
#define SIFTR_FILTER_FILTER_NETNS_H

struct siftr_rule;

/*
 * Finds a network namespace by its name as ip-netns(8) has it, a path, the number of a process that
 * is in it, or `self`; the rule compares with its inode number. 0; -ENOENT if there is none;
 * another errno if it cannot be looked at.
 */
int filter_netns__parse(const char *text, struct siftr_rule *rule);

#endif
