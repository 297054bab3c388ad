/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter by cgroup: its syntax, and how a cgroup is found. */
#ifndef SIFTR_FILTER_FILTER_CGROUP_H
#define SIFTR_FILTER_FILTER_CGROUP_H

struct siftr_rule;

/*
 * Finds a cgroup of version 2 by the path of its directory, or by its path below the mount point as
 * in /proc/PID/cgroup; the rule compares with the number that the kernel has given it. 0; -ENOENT
 * if there is none; another errno if it cannot be looked at.
 */
int filter_cgroup__parse(const char *text, struct siftr_rule *rule);

#endif
